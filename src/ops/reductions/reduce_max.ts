import { maxFloat } from '../../kernels/float/reduce.ts';
import { maxInt8 } from '../../kernels/int8/reduce.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { checkSameScale, inferReduced, reduceAttributes, reduceKernel } from './reduce.ts';

export const reduceMax = defineOp({
  kind: 'reduce_max',
  operands: unaryOperands,
  attributes: reduceAttributes,
  quantRule: { rule: 'same-as-input' },
  infer: inferReduced,
  check: checkSameScale,
  macs: noMacs,
  float: reduceKernel<Float32Array>(maxFloat),
  int8: reduceKernel<Int8Array>(maxInt8),
});
