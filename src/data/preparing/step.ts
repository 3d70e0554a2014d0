/** One step that prepares samples; `preparing/index.ts` has a row for each. */

import type * as z from 'zod';
import type { JsonValue } from '../../core/json.ts';
import type { Shape } from '../../core/tensor.ts';

/** What the training samples say. Samples are seen once, in order. */
export interface Fitting<Parameters> {
  /** `count` samples in C order, one after another. */
  see(samples: Float32Array, count: number): void;
  parameters(): Parameters;
}

/**
 * `fit` sees the training split alone; `apply` does the same to every sample, here and on the chip: float32 arithmetic in a
 * stated order, so that firmware computes the same bits. Parameters are plain data: they travel with the model.
 */
export interface PreparingStep<Options, Parameters extends JsonValue> {
  /** As the project file says it: `standard`. */
  readonly name: string;
  readonly options: z.ZodType<Options>;
  readonly parameters: z.ZodType<Parameters>;
  /** `shape` is that of one sample. Throws a usage error where the step does not fit it. */
  fit(options: Options, shape: Shape): Fitting<Parameters>;
  outputShape(parameters: Parameters, shape: Shape): Shape;
  /** A loop over `count` samples that allocates nothing; `into` may be `samples` where the shape stays. */
  apply(
    parameters: Parameters,
    shape: Shape,
  ): (samples: Float32Array, count: number, into: Float32Array) => void;
}
