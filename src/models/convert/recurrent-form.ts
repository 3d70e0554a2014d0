/** Layers of LSTM as one operator each, or step by step. */

import { writeTflite } from '../../formats/tflite/write.ts';
import type { Graph } from '../../ir/graph.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import type { RecurrentForm } from './recurrent-names.ts';
import { canUnroll, unrollsIntoVariables } from './unroll-lstm.ts';

/** What decides the form. */
export interface RecurrentWish {
  /** Without it, what makes the smaller float32 file, and for libraries that compute the operator otherwise, unrolled. */
  readonly recurrent?: RecurrentForm | undefined;
  readonly library?: Library | undefined;
}

/**
 * The form of a graph as it was read; `simplified` makes either. Both have the same weights, so that the smaller file of float32
 * is the smaller one of integers, too.
 */
export function recurrentForm(
  graph: Graph,
  { recurrent, library = 'tflm' }: RecurrentWish,
  simplified: (form: RecurrentForm) => Graph,
): RecurrentForm {
  if (recurrent === 'state-ends') return recurrent;
  if (!canUnroll(graph)) return 'fused';
  if (recurrent !== undefined) return recurrent;
  if (library !== 'tflm') return 'unrolled';
  if (unrollsIntoVariables(graph)) return 'fused';
  const bytesOf = (form: RecurrentForm): number => writeTflite(simplified(form)).length;
  return bytesOf('unrolled') < bytesOf('fused') ? 'unrolled' : 'fused';
}
