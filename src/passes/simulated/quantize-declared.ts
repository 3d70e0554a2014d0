/** The integers that a file has declared: its scales and zero points, wherever TFLM leaves an operator that choice. */

import { unsupportedError } from '../../core/errors.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { type PassObserver, runPasses } from '../pass.ts';
import { quantizePass, type Ranges } from '../quantize/quantize.ts';
import type { Declared, DeclaredScales } from './declared-scales.ts';
import { followedRanges } from './followed-ranges.ts';
import { type ScaleReport, scaleReport } from './scale-report.ts';
import { weightSteps } from './weight-steps.ts';

export interface DeclaredQuantization {
  readonly int8: Graph;
  readonly report: ScaleReport;
}

function int8Scales(graph: Graph, scales: DeclaredScales): ReadonlyMap<ValueId, PerTensorQuant> {
  return new Map(
    [...scales].map(([id, { dtype, quant }]) => {
      if (dtype === 'int8') return [id, quant];
      throw unsupportedError(
        'unsupported-quantization',
        `tensor "${getValue(graph, id).name}" has a scale for ${dtype}, and the model becomes int8`,
        'Convert with --int16x8 and --calibration, or with --float.',
      );
    }),
  );
}

/** Tensors that need a scale and have none in the file; what follows from others is none of theirs. */
function withoutScale(graph: Graph, scales: DeclaredScales): readonly ValueId[] {
  const needing = graph.nodes.flatMap(({ kind, outputs }) => {
    const { rule } = opOf(kind).quantRule;
    return rule === 'same-as-input' || rule === 'fixed-output' ? [] : outputs;
  });
  return [...graph.inputs, ...needing].filter(
    (id) => getValue(graph, id).type.dtype === 'float32' && !scales.has(id),
  );
}

function requireRanges(graph: Graph, ids: readonly ValueId[], ranges: Ranges): void {
  const lacking = ids.find((id) => !ranges.has(id));
  if (lacking === undefined) return;
  throw unsupportedError(
    'no-scale',
    `tensor "${getValue(graph, lacking).name}" has no scale in the file, and none follows from what reads it`,
    'Give samples of real input with --calibration: they make the scales that are missing.',
  );
}

/** `seen`: ranges that calibration saw, which make the scales that the file does not have. */
export function quantizeDeclared(
  { graph, scales, ambiguous }: Declared,
  seen: Ranges = new Map(),
  observe?: PassObserver,
): DeclaredQuantization {
  const activationScales = int8Scales(graph, scales);
  const followed = followedRanges(graph, scales);
  const ranges: Ranges = new Map([...seen, ...followed]);
  const lacking = withoutScale(graph, scales);
  requireRanges(graph, lacking, ranges);
  const weights = weightSteps(graph);
  const options = { densePerChannel: false, activationScales, trainedScales: weights.scales };
  const int8 = runPasses(graph, [quantizePass(ranges, options)], observe);
  const fromReaders = lacking.filter((id) => followed.has(id)).length;
  const made = { fromReaders, fromSamples: lacking.length - fromReaders };
  return { int8, report: scaleReport(graph, int8, { scales, ambiguous, rounded: weights.rounded, made }) };
}
