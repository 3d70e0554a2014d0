import { maxFloat } from '../../kernels/float/reduce.ts';
import { maxInt8 } from '../../kernels/int8/reduce.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import {
  checkReduced,
  checkSameScale,
  inferReduced,
  reduceAttributes,
  reducedColumns,
  reduceKernel,
} from './reduce.ts';

export const reduceMax = defineOp({
  kind: 'reduce_max',
  operands: unaryOperands,
  attributes: reduceAttributes,
  quantRule: { rule: 'same-as-input' },
  traits: { ...OPAQUE, columns: reducedColumns },
  infer: inferReduced,
  check: checkReduced,
  macs: noMacs,
  kernels: {
    float32: reduceKernel<Float32Array>(maxFloat),
    int8: { check: checkSameScale, ...reduceKernel<Int8Array>(maxInt8) },
  },
});
