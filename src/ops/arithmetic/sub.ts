import { subtractFloats } from '../../kernels/float/elementwise.ts';
import { defineOp } from '../op.ts';
import {
  BINARY_TRAITS,
  binaryAttributes,
  binaryFloatKernel,
  binaryInt32Kernel,
  binaryMacs,
  binaryOperands,
  checkBinary,
  inferBinary,
} from './binary.ts';
import { sumInt8Kernel, sumInt16Kernel } from './sum-of-two.ts';

export const sub = defineOp({
  kind: 'sub',
  operands: binaryOperands,
  attributes: binaryAttributes,
  quantRule: { rule: 'free' },
  traits: {
    ...BINARY_TRAITS,
    withConstant: (constant, place) =>
      place === 'first' ? { scale: -1, shift: constant } : { scale: 1, shift: -constant },
  },
  infer: inferBinary,
  check: checkBinary,
  macs: binaryMacs,
  kernels: {
    float32: binaryFloatKernel('sub', subtractFloats),
    int8: sumInt8Kernel(-1, Math.fround),
    int16: sumInt16Kernel(-1, Math.fround),
    int32: binaryInt32Kernel((a, b) => a - b),
  },
});
