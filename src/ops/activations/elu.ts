import { unsupportedError } from '../../core/errors.ts';
import { INT32_MAX, roundHalfAway } from '../../core/fixed-point.ts';
import type { TensorType } from '../../core/tensor.ts';
import { eluFloat } from '../../kernels/float/elementwise.ts';
import { type Int8Table, int8Table } from '../../kernels/int8/lookup.ts';
import { clamp } from '../../kernels/int8/requantize.ts';
import { requirePerTensor } from '../conditions.ts';
import { defineOp } from '../op.ts';
import {
  checkUnary,
  inferUnary,
  noAttributes,
  noMacs,
  tableKernel,
  unaryFloatKernel,
  unaryOperands,
} from '../unary.ts';

const f = Math.fround;

/** TFLM `PopulateLookupTable` in `elu.cc`: each of the 256 values through float32. */
function eluTable(inputType: TensorType, outputType: TensorType): Int8Table {
  const input = requirePerTensor('the input', inputType);
  const output = requirePerTensor('the output', outputType);
  const inverseScale = f(1 / output.scale);
  return int8Table((value) => {
    const real = f(input.scale * (value - input.zeroPoint));
    const transformed = real < 0 ? f(f(Math.exp(real)) - 1) : real;
    const steps = roundHalfAway(f(transformed * inverseScale));
    return clamp(f(steps + output.zeroPoint), -128, 127);
  });
}

export const elu = defineOp({
  kind: 'elu',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  infer: inferUnary,
  check(attributes, [input], [output]) {
    checkUnary(attributes, [input], [output]);
    if (input.dtype !== 'int8') return;
    const { scale } = requirePerTensor('the output', output);
    // Beyond int32 C leaves the conversion of the result undefined.
    if (!(Math.max(1, 256 * requirePerTensor('the input', input).scale) / scale < INT32_MAX)) {
      throw unsupportedError('scale-ratio', 'the output scale is too small for 32-bit arithmetic');
    }
  },
  macs: noMacs,
  float: unaryFloatKernel(eluFloat),
  int8: tableKernel(eluTable),
});
