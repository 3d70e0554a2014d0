import { sumFloat } from '../../kernels/float/reduce.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import {
  checkReduced,
  inferReduced,
  reduceAttributes,
  reducedColumns,
  sumFloatKernel,
  sumInt8Kernel,
  sumKernel,
} from './reduce.ts';

export const sum = defineOp({
  kind: 'sum',
  operands: unaryOperands,
  attributes: reduceAttributes,
  quantRule: { rule: 'free' },
  traits: { ...OPAQUE, columns: reducedColumns },
  infer: inferReduced,
  check: checkReduced,
  macs: noMacs,
  kernels: {
    float32: sumFloatKernel('sum', sumFloat),
    int8: sumInt8Kernel((multiplier) => multiplier),
    int16: sumKernel('int16', (multiplier) => multiplier),
  },
});
