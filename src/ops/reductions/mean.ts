import type { QuantizedMultiplier } from '../../core/fixed-point.ts';
import { meanFloat } from '../../kernels/float/reduce.ts';
import { defineOp } from '../op.ts';
import { ANYTHING, crossingIf, OPAQUE } from '../traits.ts';
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

/** The division by `count` goes into the multiplier, with as many bits more as it has room for (`QuantizedMeanOrSum`). */
function divide({ multiplier, shift }: QuantizedMultiplier, count: number): QuantizedMultiplier {
  const bits = Math.min(31 - Math.clz32(count), 32, 31 + shift);
  const divided = (BigInt(multiplier) << BigInt(bits)) / BigInt(count);
  return { multiplier: Number(divided), shift: shift - bits };
}

export const mean = defineOp({
  kind: 'mean',
  operands: unaryOperands,
  attributes: reduceAttributes,
  quantRule: { rule: 'free' },
  traits: {
    ...OPAQUE,
    bounds: 'increasing',
    carriesChannels: ({ axes }, input) => !axes.includes(input.length - 1),
    crossing: ({ axes }, rank) => crossingIf(!axes.includes(rank - 1), ANYTHING),
    columns: reducedColumns,
  },
  infer: inferReduced,
  check: checkReduced,
  macs: noMacs,
  kernels: {
    float32: sumFloatKernel('mean', meanFloat),
    int8: sumInt8Kernel(divide),
    int16: sumKernel('int16', divide),
  },
});
