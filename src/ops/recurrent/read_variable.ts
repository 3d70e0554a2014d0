import { unsupportedError } from '../../core/errors.ts';
import { sameQuant } from '../../core/quant-params.ts';
import { elementCount, type TensorData, type TensorType } from '../../core/tensor.ts';
import { requireSameDType } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { inferUnary, noAttributes, noMacs } from '../unary.ts';

/** TFLM copies the bytes, and resets variables to bytes of zero unless they are int8. */
export function requireVariable(variable: TensorType, value: TensorType): void {
  requireSameDType([variable], value);
  const { dtype, quant } = variable;
  if (!sameQuant(quant, value.quant)) {
    throw unsupportedError('scales-differ', 'the variable has other scales and zero points than its value');
  }
  if (dtype === 'int8' || quant === undefined || quant.scheme === 'per-axis' || quant.zeroPoint === 0) return;
  throw unsupportedError('variable-zero-point', `the variable is ${dtype} with a zero point other than 0`);
}

/** Copies the elements of one tensor into another of the same type. */
function copying<Elements extends TensorData>() {
  return {
    prepare: (_: unknown, [input]: readonly [TensorType, ...TensorType[]]) => ({
      length: elementCount(input.shape),
    }),
    build: () => ({
      run([variable]: readonly [Elements], [output]: readonly Elements[]): void {
        (output as Int8Array).set(variable as Int8Array);
      },
    }),
  };
}

/** The elements that a resource variable has now. TFLM `read_variable.cc`. */
export const readVariable = defineOp({
  kind: 'read_variable',
  operands: ['variable'],
  states: [0],
  leavesStates: true,
  attributes: noAttributes,
  quantRule: { rule: 'none' },
  traits: OPAQUE,
  infer: inferUnary,
  check: (_, [variable], [output]) => requireVariable(variable, output),
  macs: noMacs,
  kernels: {
    float32: copying<Float32Array>(),
    int8: copying<Int8Array>(),
    int16: copying<Int16Array>(),
    int32: copying<Int32Array>(),
  },
});
