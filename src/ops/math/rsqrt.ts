import { unsupportedError } from '../../core/errors.ts';
import { type QuantizedMultiplier, quantizeMultiplier } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { RSQRT_SHIFT, type RsqrtInt8, rsqrtValue } from '../../kernels/int8/one-value/rsqrt.ts';
import { requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import { checkQuantizedUnary, tableKernel, UNARY } from '../unary.ts';
import { realKernel } from './real-function.ts';

const f = Math.fround;
/** The least of int8: then no value stands for a negative number. */
const NOTHING_NEGATIVE = -128;
const MOST_SHIFT = 31;

/** `SetRsqrtOutputMultiplier`, with its float32 root and product. */
function outputMultiplier(input: TensorType, output: TensorType): QuantizedMultiplier {
  const root = f(Math.sqrt(requirePerTensor('the input', input).scale));
  return quantizeMultiplier(1 / f(root * requirePerTensor('the output', output).scale));
}

/** 1 / √x. */
export const rsqrt = defineOp({
  kind: 'rsqrt',
  ...UNARY,
  quantRule: { rule: 'free' },
  traits: { ...ELEMENTWISE, takesNegatives: false },
  kernels: {
    float32: realKernel((x) => 1 / f(Math.sqrt(x))),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        const { zeroPoint } = requirePerTensor('the input', input);
        if (zeroPoint !== NOTHING_NEGATIVE) {
          throw unsupportedError(
            'negative-root',
            `the input has zero point ${zeroPoint}, so it may be negative, where TensorFlow Lite Micro stops`,
          );
        }
        const { multiplier, shift } = outputMultiplier(input, output);
        const right = RSQRT_SHIFT - shift;
        if (multiplier !== 0 && (right > MOST_SHIFT || right <= -(MOST_SHIFT - RSQRT_SHIFT))) {
          throw unsupportedError('scale-ratio', 'the scales are outside what 32-bit arithmetic can shift');
        }
      },
      ...tableKernel(
        (input, output): RsqrtInt8 => ({
          outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
          multiplier: outputMultiplier(input, output),
        }),
        rsqrtValue,
      ),
    },
  },
});
