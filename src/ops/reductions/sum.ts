import { sumFloat } from '../../kernels/float/reduce.ts';
import { defineOp } from '../op.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import { checkRescaled, inferReduced, reduceAttributes, reduceKernel, sumInt8Kernel } from './reduce.ts';

export const sum = defineOp({
  kind: 'sum',
  operands: unaryOperands,
  attributes: reduceAttributes,
  quantRule: { rule: 'free' },
  infer: inferReduced,
  check: checkRescaled,
  macs: noMacs,
  float: reduceKernel<Float32Array>(sumFloat),
  int8: sumInt8Kernel((multiplier) => multiplier),
});
