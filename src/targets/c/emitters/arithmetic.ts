import type { EmitterRows } from '../emitter.ts';
import {
  arithmeticFloat,
  arithmeticInt32,
  realPair,
  squaredDifferenceInt32,
} from './elementwise/plain-arithmetic.ts';
import { chooses } from './elementwise/plain-pairs.ts';
import { quotientInt8 } from './elementwise/quantized-pairs.ts';
import { addNFloat, addNInt8, cumsumFloat, cumsumInt8 } from './elementwise/sums.ts';
import {
  productInt8,
  productInt16,
  squaredDifferenceInt8,
  squaredDifferenceInt16,
  sumInt8,
  sumInt16,
} from './elementwise/sums-of-two.ts';
import { tabulated } from './elementwise/tabulated.ts';

export const ARITHMETIC_EMITTERS = {
  add: {
    float32: arithmeticFloat('add'),
    int8: tabulated('add', sumInt8),
    int16: sumInt16,
    int32: arithmeticInt32('add'),
  },
  add_n: { float32: addNFloat, int8: addNInt8 },
  cumsum: { float32: cumsumFloat, int8: cumsumInt8 },
  div: {
    float32: arithmeticFloat('divide'),
    int32: arithmeticInt32('divide'),
    int8: tabulated('div', quotientInt8),
  },
  floor_div: { float32: realPair('floor_div') },
  floor_mod: { float32: realPair('floor_mod') },
  maximum: {
    float32: chooses('maximum'),
    int8: tabulated('maximum', chooses('maximum')),
    int16: chooses('maximum'),
    int32: chooses('maximum'),
  },
  minimum: {
    float32: chooses('minimum'),
    int8: tabulated('minimum', chooses('minimum')),
    int16: chooses('minimum'),
    int32: chooses('minimum'),
  },
  mul: {
    float32: arithmeticFloat('multiply'),
    int8: tabulated('mul', productInt8),
    int16: productInt16,
    int32: arithmeticInt32('multiply'),
  },
  squared_difference: {
    float32: realPair('squared_difference'),
    int32: squaredDifferenceInt32,
    int8: tabulated('squared_difference', squaredDifferenceInt8),
    int16: squaredDifferenceInt16,
  },
  sub: {
    float32: arithmeticFloat('subtract'),
    int8: tabulated('sub', sumInt8),
    int16: sumInt16,
    int32: arithmeticInt32('subtract'),
  },
} satisfies EmitterRows;
