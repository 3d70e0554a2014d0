/** What a float model costs before it is trained or quantized: as the float file, and as the int8 file it can become. */

import { TinymlError } from '../../core/errors.ts';
import { writeTflite } from '../../formats/tflite/write.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import { runPasses } from '../../passes/pass.ts';
import { floatPasses } from '../../passes/pipelines.ts';
import type { Range } from '../../passes/quantize/parameters.ts';
import { quantizePass } from '../../passes/quantize/quantize.ts';
import { type PassStep, passSteps, tellingSteps } from '../convert/pass-steps.ts';
import { type InspectedModel, inspectModel } from './inspect-model.ts';

export interface InspectedFloatModel {
  /** The file that "tinyml convert --float" writes. */
  readonly float: InspectedModel;
  /** The int8 file, or why there is none. */
  readonly int8: InspectedModel | { readonly refused: string };
  /** What the passes save on the way there. */
  readonly passes: readonly PassStep[];
}

/**
 * A range for every activation, no two alike: a QUANTIZE that real samples would need is then never missing, and no
 * constant is taken for one that real samples would not allow.
 */
function placeholderRanges(graph: Graph): ReadonlyMap<ValueId, Range> {
  const activations = [...graph.values.values()].filter(({ data }) => data === undefined);
  return new Map(activations.map(({ id }, index) => [id, { min: -1 - index / 64, max: 1 + index / 32 }]));
}

/**
 * Shapes, types and operators decide the arena and the constants, not ranges: placeholders give what real samples give.
 * The overhead is at most a few bytes too large, since equal parameters are written once. Channels that turn out to be
 * constant once real samples are known are not taken out here.
 */
function asInt8(graph: Graph, densePerChannel: boolean): InspectedFloatModel['int8'] {
  try {
    const pass = quantizePass(placeholderRanges(graph), { densePerChannel });
    const { inspection, ...drawn } = inspectModel(writeTflite(runPasses(graph, [pass])));
    // Placeholder ranges would warn of nothing that is true.
    const warnings = inspection.warnings.filter(({ code }) => code !== 'coarse-input');
    return { ...drawn, inspection: { ...inspection, warnings, passes: [] } };
  } catch (error) {
    if (error instanceof TinymlError && error.kind === 'unsupported') return { refused: error.message };
    throw error;
  }
}

/** `imported` as its reader made it, float32. */
export function inspectFloatGraph(imported: Graph, densePerChannel: boolean): InspectedFloatModel {
  const graph = runPasses(imported, floatPasses);
  const { inspection, ...drawn } = inspectModel(writeTflite(graph));
  return {
    float: { ...drawn, inspection: { ...inspection, passes: [] } },
    int8: asInt8(graph, densePerChannel),
    passes: tellingSteps(passSteps(imported)),
  };
}
