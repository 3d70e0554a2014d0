import { z } from 'zod';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { leakyReluFloat } from '../../kernels/float/elementwise.ts';
import { leakyReluValue } from '../../kernels/int8/leaky_relu.ts';
import { type Int8Table, int8Table, lookupInt8 } from '../../kernels/int8/lookup.ts';
import { requireMultiplier, requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { checkUnary, inferUnary, noMacs, unaryOperands } from '../unary.ts';

const f = Math.fround;

/** TFLM computes both in float32. */
function realMultipliers(
  alpha: number,
  input: TensorType,
  output: TensorType,
): { identity: number; alpha: number } {
  const inputScale = requirePerTensor('the input', input).scale;
  const outputScale = requirePerTensor('the output', output).scale;
  return { identity: f(inputScale / outputScale), alpha: f(f(inputScale * f(alpha)) / outputScale) };
}

export const leakyRelu = defineOp({
  kind: 'leaky_relu',
  operands: unaryOperands,
  attributes: z.strictObject({ alpha: z.number() }),
  quantRule: { rule: 'free' },
  infer: inferUnary,
  check({ alpha }, [input], [output]) {
    checkUnary(undefined, [input], [output]);
    if (input.dtype !== 'int8') return;
    const real = realMultipliers(alpha, input, output);
    requireMultiplier(real.identity);
    requireMultiplier(Math.abs(real.alpha));
  },
  macs: noMacs,
  float: {
    prepare: ({ alpha }): number => f(alpha),
    run(alpha: number, [input]: readonly [Float32Array], [output]: readonly [Float32Array]) {
      leakyReluFloat(alpha, input, output);
    },
  },
  int8: {
    prepare({ alpha }, [input], [output]): Int8Table {
      const real = realMultipliers(alpha, input, output);
      const prepared = {
        inputZeroPoint: requirePerTensor('the input', input).zeroPoint,
        outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
        identity: quantizeMultiplier(real.identity),
        alpha: quantizeMultiplier(Math.abs(real.alpha)),
        alphaSign: real.alpha < 0 ? (-1 as const) : (1 as const),
      };
      return int8Table((value) => leakyReluValue(prepared, value));
    },
    run(table, [input]: readonly [Int8Array], [output]: readonly [Int8Array]) {
      lookupInt8(table, input, output);
    },
  },
});
