import { unsupportedError } from '../../core/errors.ts';
import { INT32_MAX } from '../../core/fixed-point.ts';
import { eluFloat } from '../../kernels/float/elementwise.ts';
import { type EluInt8, eluValue } from '../../kernels/int8/one-value/elu.ts';
import { requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { ELEMENTWISE } from '../traits.ts';
import { checkQuantizedUnary, tableKernel, UNARY, unaryFloatKernel } from '../unary.ts';

export const elu = defineOp({
  kind: 'elu',
  ...UNARY,
  quantRule: { rule: 'free' },
  traits: ELEMENTWISE,
  kernels: {
    float32: unaryFloatKernel(eluFloat),
    int8: {
      check(attributes, [input], [output]) {
        checkQuantizedUnary(attributes, [input], [output]);
        const { scale } = requirePerTensor('the output', output);
        // Beyond int32 C leaves the conversion of the result undefined.
        if (!(Math.max(1, 256 * requirePerTensor('the input', input).scale) / scale < INT32_MAX)) {
          throw unsupportedError('scale-ratio', 'the output scale is too small for 32-bit arithmetic');
        }
      },
      ...tableKernel((inputType, outputType): EluInt8 => {
        const input = requirePerTensor('the input', inputType);
        const output = requirePerTensor('the output', outputType);
        return {
          inputScale: input.scale,
          inputZeroPoint: input.zeroPoint,
          inverseOutputScale: Math.fround(1 / output.scale),
          outputZeroPoint: output.zeroPoint,
        };
      }, eluValue),
    },
  },
});
