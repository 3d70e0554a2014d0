import { unsupportedError } from '../../core/errors.ts';
import { addFloats } from '../../kernels/float/elementwise.ts';
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

const sumInt32Kernel = binaryInt32Kernel((a, b) => a + b);

export const add = defineOp({
  kind: 'add',
  operands: binaryOperands,
  attributes: binaryAttributes,
  quantRule: { rule: 'free' },
  traits: {
    ...BINARY_TRAITS,
    withConstant: (constant) => ({ scale: 1, shift: constant }),
  },
  infer: inferBinary,
  check: checkBinary,
  macs: binaryMacs,
  kernels: {
    float32: binaryFloatKernel('add', addFloats),
    int8: sumInt8Kernel(1, (x) => x),
    int16: sumInt16Kernel(1, (x) => x),
    int32: {
      ...sumInt32Kernel,
      check(attributes, inputs, outputs) {
        if (attributes.activation !== 'none') {
          throw unsupportedError(
            'ignored-activation',
            'adds int32 with a fused activation, which TensorFlow Lite Micro ignores',
          );
        }
        sumInt32Kernel.check(attributes, inputs, outputs);
      },
    },
  },
});
