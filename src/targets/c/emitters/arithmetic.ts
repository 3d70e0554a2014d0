import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
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

export const ARITHMETIC_EMITTERS = {
  add: { float32: NOT_YET, int8: sumInt8, int16: sumInt16, int32: NOT_YET },
  add_n: { float32: addNFloat, int8: addNInt8 },
  cumsum: { float32: cumsumFloat, int8: cumsumInt8 },
  div: { float32: NOT_YET, int32: NOT_YET, int8: quotientInt8 },
  floor_div: { float32: NOT_YET },
  floor_mod: { float32: NOT_YET },
  maximum: {
    float32: chooses('maximum'),
    int8: chooses('maximum'),
    int16: chooses('maximum'),
    int32: chooses('maximum'),
  },
  minimum: {
    float32: chooses('minimum'),
    int8: chooses('minimum'),
    int16: chooses('minimum'),
    int32: chooses('minimum'),
  },
  mul: { float32: NOT_YET, int8: productInt8, int16: productInt16, int32: NOT_YET },
  squared_difference: {
    float32: NOT_YET,
    int32: NOT_YET,
    int8: squaredDifferenceInt8,
    int16: squaredDifferenceInt16,
  },
  sub: { float32: NOT_YET, int8: sumInt8, int16: sumInt16, int32: NOT_YET },
} satisfies EmitterRows;
