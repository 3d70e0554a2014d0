/** Functions of one element with their derivatives, rounded as the SIMD kernels round (`simd/assembly/functions.ts`). */

import { ACTIVATION_CODES, type ActivationCode } from '../kernels.ts';
import type { Arithmetic } from './arithmetic.ts';

export interface Activation {
  value(x: number): number;
  /** dy · f′ from the function's value. */
  back(y: number, dy: number): number;
}

export function activations({
  round: f,
  exp,
  tanh,
}: Arithmetic): Readonly<Record<ActivationCode, Activation>> {
  return {
    [ACTIVATION_CODES.linear]: { value: (x) => x, back: (_, dy) => dy },
    [ACTIVATION_CODES.relu]: { value: (x) => Math.max(x, 0), back: (y, dy) => (y > 0 ? dy : 0) },
    [ACTIVATION_CODES.relu6]: {
      value: (x) => Math.min(Math.max(x, 0), 6),
      back: (y, dy) => (y > 0 && y < 6 ? dy : 0),
    },
    [ACTIVATION_CODES.sigmoid]: {
      value: (x) => f(1 / f(1 + exp(-x))),
      back: (y, dy) => f(dy * f(y * f(1 - y))),
    },
    [ACTIVATION_CODES.tanh]: { value: tanh, back: (y, dy) => f(dy * f(1 - f(y * y))) },
  };
}
