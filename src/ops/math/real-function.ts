/** Functions of one real number that TFLM computes in float32 alone. */

import { ELEMENTWISE } from '../traits.ts';
import { UNARY, unaryFloatKernel } from '../unary.ts';

/** All of the operator but its kind. `compute` may leave the rounding to float32 to the array it is stored in. */
export function realFunction(compute: (x: number) => number) {
  return {
    ...UNARY,
    quantRule: { rule: 'real' },
    traits: ELEMENTWISE,
    kernels: { float32: realKernel(compute) },
  } as const;
}

/** The float32 kernel of a function of one number. */
export function realKernel(compute: (x: number) => number) {
  return unaryFloatKernel((input, output) => {
    for (let i = 0; i < output.length; i++) output[i] = compute(input[i]);
  });
}
