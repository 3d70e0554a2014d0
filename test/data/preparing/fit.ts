/** Fits preparing steps on samples that lie in memory, cut into blocks of a few. */

import type { Preparation } from '../../../src/core/samples/preparation.ts';
import { preparedShape } from '../../../src/core/samples/preparation.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { type StepInput, stepSchema } from '../../../src/data/preparing/index.ts';
import { applyPreparation, fitSteps } from '../../../src/data/preparing/preparation.ts';

function* blocksOf(samples: Float32Array, length: number): Generator<Float32Array> {
  const size = 3 * length;
  for (let start = 0; start < samples.length; start += size) yield samples.subarray(start, start + size);
}

export function fitted(
  steps: readonly StepInput[],
  samples: Float32Array,
  shape: Shape,
): Promise<Preparation> {
  return fitSteps(
    steps.map((step) => stepSchema.parse(step)),
    () => blocksOf(samples, elementCount(shape)),
    shape,
  );
}

export function prepared(preparation: Preparation, samples: Float32Array): Float32Array {
  const count = samples.length / elementCount(preparation.inputShape);
  const into = new Float32Array(count * elementCount(preparedShape(preparation)));
  applyPreparation(preparation)(samples, count, into);
  return into;
}
