/** One part of a dataset, sample by sample, as two `.npy` files on scratch. */

import { inputError } from '../../core/errors.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { preparedShape } from '../../core/samples/preparation.ts';
import type { Scratch } from '../../core/scratch.ts';
import { bytesOf, elementCount, type Shape } from '../../core/tensor.ts';
import { applyPreparation } from '../../data/preparing/preparation.ts';
import { npyPrologue } from '../../data/records/npy-layout.ts';
import {
  batchesOf,
  batchSize,
  type SampleList,
  type SampleReader,
} from '../../data/samples/sample-reader.ts';

/** What is to be learned of every sample. */
export interface Targets {
  /** Of one sample. */
  readonly shape: Shape;
  write(sample: number, into: Float32Array): void;
}

/** A network that sees NaN learns nothing, and says nothing of why. */
function refuseUnfilled(prepared: Float32Array): void {
  if (!prepared.includes(Number.NaN)) return;
  throw inputError(
    'nothing-fills',
    'Something is missing in samples, and no step of "prepare" fills it',
    'Put { "step": "fill" } first in "prepare", or choose another "policy" of "missing".',
  );
}

/** Samples as the model sees them. Throws `nothing-fills` (input) where what is missing in them is still missing then. */
export function writeInputs(
  reader: SampleReader,
  list: SampleList,
  preparation: Preparation,
  scratch: Scratch,
): Scratch {
  const shape = preparedShape(preparation);
  const size = elementCount(shape);
  const prepare = applyPreparation(preparation);
  const batch = batchSize(reader.shape);
  const prepared = new Float32Array(Math.min(batch, list.count) * size);
  scratch.append(npyPrologue('float32', [list.count, ...shape]));
  for (const { samples, count } of batchesOf(reader, list, batch)) {
    const isWhole = !samples.includes(Number.NaN);
    prepare(samples, count, prepared);
    if (!isWhole) refuseUnfilled(prepared.subarray(0, count * size));
    scratch.append(bytesOf(prepared.subarray(0, count * size)));
  }
  return scratch;
}

export function writeTargets({ shape, write }: Targets, list: SampleList, scratch: Scratch): Scratch {
  const target = new Float32Array(elementCount(shape));
  const bytes = bytesOf(target);
  scratch.append(npyPrologue('float32', [list.count, ...shape]));
  let sample = -1;
  for (let i = 0; i < list.count; i++) {
    sample = list.after(sample);
    write(sample, target);
    scratch.append(bytes);
  }
  return scratch;
}
