import { floatOf } from '../../constant-pool.ts';
import {
  CLAMP_ALL_FLOAT,
  LEAKY_RELU_FLOAT,
  PLAIN_FUNCTION,
  type PlainFunction,
  REAL_FUNCTION,
  type RealFunction,
} from '../../definitions/elements/real-functions.ts';
import { unary } from '../../elements.ts';
import type { CStep, Emission } from '../../emitter.ts';

/** A function of the mathematical library. */
export const realFunction =
  (name: RealFunction) =>
  (step: CStep<unknown, unknown>): Emission =>
    unary(step, REAL_FUNCTION(name));

/** A function that needs no library. */
export const plainFunction =
  (name: PlainFunction) =>
  (step: CStep<unknown, unknown>): Emission =>
    unary(step, PLAIN_FUNCTION(name));

/** RELU and its like of real numbers. */
export const clampFloat =
  (least: number, most: number) =>
  (step: CStep<unknown, unknown>): Emission =>
    unary(step, CLAMP_ALL_FLOAT, [floatOf(least), floatOf(most)]);

export const leakyReluFloat = (step: CStep<unknown, { readonly alpha: number }>): Emission =>
  unary(step, LEAKY_RELU_FLOAT, [floatOf(step.prepared.alpha)]);
