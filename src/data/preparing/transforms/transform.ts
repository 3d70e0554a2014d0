/** What computes a transform here; `targets/firmware/preparation/` has its twin in C. */

import type * as z from 'zod';
import type {
  RowTransformName,
  TransformName,
  TransformParameters,
  WholeTransformName,
} from '../../../core/samples/preparation.ts';
import type { Shape } from '../../../core/tensor.ts';

/** Prepares the sample at the start of `values` in place. There is room for it before and after; nothing is allocated. */
export type InPlace = (values: Float32Array) => void;

/** What makes one row after another. Batches and streams call it alike, so they give the same bits. */
export interface RowLoop {
  /**
   * Puts at `into[to …]` the row that is made of those at `from[at …]`, the oldest first, as many as `rowReach` says. `into` may
   * be `from`, with `to` where `at` is, or before; or behind it, where the row before is made after this one.
   */
  compute(from: Float32Array, at: number, into: Float32Array, to: number): void;
  /** Forgets the rows before; only where what they were makes a difference. */
  reset?(): void;
}

export interface Checked<Name extends TransformName> {
  readonly parameters: z.ZodType<TransformParameters[Name]>;
  /** Why parameters of the right type do not fit samples of this shape, as the end of a sentence; undefined where they do. */
  misfit(parameters: TransformParameters[Name], shape: Shape): string | undefined;
}

/** `shape` is that of a sample before the transform. */
export interface RowRule<Name extends RowTransformName> extends Checked<Name> {
  rows(parameters: TransformParameters[Name], shape: Shape): RowLoop;
}

export interface WholeRule<Name extends WholeTransformName> extends Checked<Name> {
  apply(parameters: TransformParameters[Name], shape: Shape): InPlace;
}

export type TransformRule<Name extends TransformName> = Name extends WholeTransformName
  ? WholeRule<Name>
  : Name extends RowTransformName
    ? RowRule<Name>
    : never;
