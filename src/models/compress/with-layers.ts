/** Layers that training follows step by step, as the operators that files have for them. */

import type { Library } from '../../targets/tflm/operators.ts';
import type { Compressed, Kept } from '../../training/compress/method.ts';
import { fuseLstm } from '../convert/fuse/fuse-lstm.ts';
import { canUnroll } from '../convert/unroll-lstm.ts';
import { settled } from './settled.ts';

/**
 * The model with one operator for each layer of LSTM, where that takes fewer bytes; as it is for libraries that compute the operator
 * otherwise, and where training has decided the integers of every step. Marks of weights are those of the parts that they become.
 */
export function withLayers(model: Compressed, library: Library): Compressed {
  if (library !== 'tflm' || model.trained !== undefined) return model;
  const { graph, origins } = fuseLstm(model.graph);
  if (graph === model.graph) return model;
  const keeps = new Map(model.keeps);
  for (const [part, whole] of origins) {
    const kept: Kept | undefined = model.keeps.get(whole);
    if (kept !== undefined) keeps.set(part, kept);
  }
  const fused = settled({ ...model, graph, keeps });
  return canUnroll(fused.graph) ? fused : model;
}
