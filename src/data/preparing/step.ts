/** One step that prepares samples, as the project file asks for it; `preparing/index.ts` has a row for each. */

import type * as z from 'zod';
import type { TransformName, TransformParameters } from '../../core/samples/preparation.ts';
import type { Shape } from '../../core/tensor.ts';

/** What the training samples say. They are seen `passes` times, each time all of them, in the same order. */
export interface Fitting<Parameters> {
  /** 0 where the options say everything. */
  readonly passes: number;
  /** Whole samples in C order, one after another; what is missing is NaN. */
  see(samples: Float32Array): void;
  /** After the last sample of every pass. */
  endPass(): void;
  parameters(): Parameters;
}

/** `fit` sees the training split alone, and memory does not grow with it. What it finds are parameters of a transform. */
export interface PreparingStep<Schema extends z.ZodType, Name extends TransformName> {
  /** One line, for people. */
  readonly summary: string;
  /** With `step`, the name by which the project file calls it. */
  readonly options: Schema;
  readonly becomes: Name;
  /** `shape` is that of one sample. Throws a usage error (`bad-step`) where the step does not fit it. */
  fit(options: z.output<Schema>, shape: Shape): Fitting<TransformParameters[Name]>;
}

/** A step whose options say everything. */
export function settled<Parameters>(parameters: Parameters): Fitting<Parameters> {
  return { passes: 0, see: () => undefined, endPass: () => undefined, parameters: () => parameters };
}
