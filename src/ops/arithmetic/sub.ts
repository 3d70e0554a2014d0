import type { TensorData } from '../../core/tensor.ts';
import { type AddInt8, addInt8 } from '../../kernels/int8/add.ts';
import { defineOp } from '../op.ts';
import {
  binaryAttributes,
  binaryFloatKernel,
  binaryMacs,
  binaryOperands,
  checkBinary,
  inferBinary,
} from './binary.ts';
import { checkSumScales, prepareSumInt8, sumMultipliers } from './sum-int8.ts';

const round = Math.fround;

export const sub = defineOp({
  kind: 'sub',
  operands: binaryOperands,
  attributes: binaryAttributes,
  quantRule: { rule: 'free' },
  infer: inferBinary,
  check(attributes, [a, b], [output]) {
    checkBinary(attributes, [a, b], [output]);
    if (a.dtype === 'int8') checkSumScales(sumMultipliers(a, b, output, round));
  },
  macs: binaryMacs,
  float: binaryFloatKernel((a, b) => a - b),
  int8: {
    prepare({ activation }, [a, b], [output]): AddInt8 {
      return prepareSumInt8(activation, [a, b], output, sumMultipliers(a, b, output, round), -1);
    },
    run(prepared: AddInt8, [a, b]: readonly [Int8Array, Int8Array], [output]: readonly TensorData[]) {
      addInt8(prepared, a, b, output as Int8Array);
    },
  },
});
