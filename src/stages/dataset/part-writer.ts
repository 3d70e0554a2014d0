/** One part of a dataset, sample by sample, as two `.npy` files on scratch. */

import type { Preparation } from '../../core/samples/preparation.ts';
import { preparedShape } from '../../core/samples/preparation.ts';
import type { Scratch } from '../../core/scratch.ts';
import { bytesOf, elementCount, type Shape } from '../../core/tensor.ts';
import { applyPreparation } from '../../data/preparing/preparation.ts';
import { npyPrologue } from '../../data/records/npy-layout.ts';
import { batchesOf, batchSize, type SampleReader } from '../../data/samples/sample-reader.ts';

/** What is to be learned of every sample. */
export interface Targets {
  /** Of one sample. */
  readonly shape: Shape;
  write(sample: number, into: Float32Array): void;
}

/** Samples as the model sees them, in the order of `places`. */
export function writeInputs(
  reader: SampleReader,
  places: Int32Array,
  preparation: Preparation,
  scratch: Scratch,
): Scratch {
  const shape = preparedShape(preparation);
  const size = elementCount(shape);
  const prepare = applyPreparation(preparation);
  const batch = batchSize(reader.shape);
  const prepared = new Float32Array(Math.min(batch, places.length) * size);
  scratch.append(npyPrologue('float32', [places.length, ...shape]));
  for (const { samples, count } of batchesOf(reader, places, batch)) {
    prepare(samples, count, prepared);
    scratch.append(bytesOf(prepared.subarray(0, count * size)));
  }
  return scratch;
}

export function writeTargets({ shape, write }: Targets, places: Int32Array, scratch: Scratch): Scratch {
  const target = new Float32Array(elementCount(shape));
  const bytes = bytesOf(target);
  scratch.append(npyPrologue('float32', [places.length, ...shape]));
  for (let i = 0; i < places.length; i++) {
    write(places[i], target);
    scratch.append(bytes);
  }
  return scratch;
}
