import { minFloat } from '../../kernels/float/reduce.ts';
import { minInt8 } from '../../kernels/int8/reduce.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { checkSameScale, inferReduced, reduceAttributes, reduceKernel } from './reduce.ts';

export const reduceMin = defineOp({
  kind: 'reduce_min',
  operands: unaryOperands,
  attributes: reduceAttributes,
  quantRule: { rule: 'same-as-input' },
  infer: inferReduced,
  check: checkSameScale,
  macs: noMacs,
  float: reduceKernel<Float32Array>(minFloat),
  int8: reduceKernel<Int8Array>(minInt8),
});
