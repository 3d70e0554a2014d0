/** Functions of float32 values, as `assembly/float/functions.ts` has them. */

import { hardSwishFloat, logisticFloat, tanhFloat } from '../../float/elementwise.ts';
import type { SimdPlan } from '../simd-plan.ts';

const FUNCTIONS = {
  logistic: { kernel: 'sigmoidFloat', plain: logisticFloat },
  tanh: { kernel: 'tanhFloat', plain: tanhFloat },
  hard_swish: { kernel: 'hardSwishFloat', plain: hardSwishFloat },
} as const;

export type FloatFunction = keyof typeof FUNCTIONS;

/** Equal to the plain function, which computes all again where a result is in doubt: one in millions is. */
export function planFunctionFloat(kind: FloatFunction, length: number): SimdPlan {
  const { kernel, plain } = FUNCTIONS[kind];
  return {
    constants: [],
    scratchBytes: 0,
    withScript: true,
    bind({ [kernel]: compute }, { inputs: [input], outputs: [output], buffer }) {
      const [from, to] = [input, output].map((at) => new Float32Array(buffer, at, length));
      return () => {
        if (compute(length, input, output) !== 0) plain(from, to);
      };
    },
  };
}
