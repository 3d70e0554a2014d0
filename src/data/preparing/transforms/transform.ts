/** What computes a transform here; `targets/firmware/preparation/` has its twin in C. */

import type * as z from 'zod';
import type { TransformName, TransformParameters } from '../../../core/samples/preparation.ts';
import type { Shape } from '../../../core/tensor.ts';

/** Prepares the sample at the start of `values` in place. There is room for it before and after; nothing is allocated. */
export type InPlace = (values: Float32Array) => void;

export interface TransformRule<Name extends TransformName> {
  readonly parameters: z.ZodType<TransformParameters[Name]>;
  /** Why parameters of the right type do not fit samples of this shape, as the end of a sentence; undefined where they do. */
  misfit(parameters: TransformParameters[Name], shape: Shape): string | undefined;
  apply(parameters: TransformParameters[Name], shape: Shape): InPlace;
}
