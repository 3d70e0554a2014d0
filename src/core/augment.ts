/** How a training engine has its samples changed, without knowing by what. */

/**
 * Changes a copy of one training sample in place: its input and its target, both in C order and of exactly its length.
 * `epoch` counts from 1; `sample` counts from 0 in the order of the training split, however the epoch shuffles. The same
 * epoch and sample give the same bytes whatever came before, so a training that goes on from a checkpoint keeps nothing of
 * it. It allocates nothing.
 */
export type Augment = (x: Float32Array, y: Float32Array, epoch: number, sample: number) => void;
