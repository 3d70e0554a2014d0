import { elementCount, sameShape, type TensorData, type TensorType } from '../../core/tensor.ts';
import { shapeError } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noAttributes, noMacs } from '../unary.ts';
import { requireVariable } from './read_variable.ts';

/** Copies the elements of the value into the variable, and out again. */
function assigning<Elements extends TensorData>() {
  return {
    prepare: (_: unknown, [variable]: readonly [TensorType, ...TensorType[]]) => ({
      length: elementCount(variable.shape),
    }),
    build: () => ({
      run([variable, value]: readonly [Elements, Elements], [output]: readonly Elements[]): void {
        (variable as Int8Array).set(value as Int8Array);
        (output as Int8Array).set(value as Int8Array);
      },
    }),
  };
}

/**
 * Gives a resource variable other elements. The output is what was assigned: a file has none, but every node of a graph makes
 * something. TFLM `assign_variable.cc`.
 */
export const assignVariable = defineOp({
  kind: 'assign_variable',
  operands: ['variable', 'value'],
  states: [0],
  attributes: noAttributes,
  quantRule: { rule: 'assigned' },
  traits: OPAQUE,
  infer(_, [variable, value]) {
    if (!sameShape(variable, value))
      throw shapeError('the variable has another shape than what is assigned to it');
    return [value];
  },
  check(_, [variable, value], [output]) {
    requireVariable(variable, value);
    requireVariable(variable, output);
  },
  macs: noMacs,
  kernels: {
    float32: assigning<Float32Array>(),
    int8: assigning<Int8Array>(),
    int16: assigning<Int16Array>(),
    int32: assigning<Int32Array>(),
  },
});
