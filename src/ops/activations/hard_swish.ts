import { unsupportedError } from '../../core/errors.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { hardSwishFloat } from '../../kernels/float/elementwise.ts';
import {
  type HardSwishInt8,
  hardSwishValue,
  type Multiplier16,
} from '../../kernels/int8/one-value/hard_swish.ts';
import { requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import { checkQuantizedUnary, functionFloatKernel, tableKernel, UNARY } from '../unary.ts';

const f = Math.fround;
const REAL_THREE_IN_Q15 = f(3 / 32768);
/** Shifts that 16-bit arithmetic can make. */
const MAX_SHIFT = 15;

/** `DownScaleInt32ToInt16Multiplier` of a `QuantizeMultiplier`. */
function multiplier16(real: number): Multiplier16 {
  const { multiplier, shift } = quantizeMultiplier(real);
  return { multiplier: Math.min(Math.floor((multiplier + 32768) / 65536), 32767), exponent: shift };
}

/** `HardSwishPrepare`, with its float32 divisions. */
function prepareHardSwish(inputType: TensorType, outputType: TensorType): HardSwishInt8 {
  const input = requirePerTensor('the input', inputType);
  const output = requirePerTensor('the output', outputType);
  const fineScale = f(input.scale / 128);
  return {
    inputZeroPoint: input.zeroPoint,
    outputZeroPoint: output.zeroPoint,
    output: multiplier16(f(fineScale / output.scale)),
    reluish: multiplier16(f(fineScale / REAL_THREE_IN_Q15)),
  };
}

export const hardSwish = defineOp({
  kind: 'hard_swish',
  ...UNARY,
  quantRule: { rule: 'free' },
  traits: ELEMENTWISE,
  kernels: {
    float32: functionFloatKernel('hard_swish', hardSwishFloat),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        const prepared = prepareHardSwish(input, output);
        if (prepared.output.exponent > 0 || prepared.output.exponent < -MAX_SHIFT) {
          throw unsupportedError(
            'scale-ratio',
            'the input scale must be at most 128 times the output scale, and not below a 512th of it',
          );
        }
        if (Math.abs(prepared.reluish.exponent) > MAX_SHIFT) {
          throw unsupportedError(
            'input-scale',
            'the input scale is outside what 16-bit arithmetic can shift',
          );
        }
      },
      ...tableKernel(prepareHardSwish, hardSwishValue),
    },
  },
});
