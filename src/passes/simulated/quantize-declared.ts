/** The integers that a file has declared: its scales and zero points, wherever TFLM leaves an operator that choice. */

import { unsupportedError } from '../../core/errors.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { type PassObserver, runPasses } from '../pass.ts';
import type { Ranges } from '../quantize/parameters.ts';
import { quantizePass } from '../quantize/quantize.ts';
import { constantSteps } from './constant-steps.ts';
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

/**
 * `seen`: ranges that calibration saw, which make the scales that the file does not have; what has none at all stays in float32, as in
 * the file.
 */
export function quantizeDeclared(
  { graph, scales, ambiguous }: Declared,
  seen: Ranges = new Map(),
  observe?: PassObserver,
): DeclaredQuantization {
  const activationScales = new Map([...int8Scales(graph, scales), ...constantSteps(graph)]);
  const followed = followedRanges(graph, scales);
  const ranges: Ranges = new Map([...seen, ...followed]);
  const weights = weightSteps(graph);
  const options = { densePerChannel: false, activationScales, trainedScales: weights.scales };
  const int8 = runPasses(graph, [quantizePass(ranges, options)], observe);
  return {
    int8,
    report: scaleReport(graph, int8, { scales, ambiguous, followed, rounded: weights.rounded }),
  };
}
