import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { chooses } from './elementwise/plain-pairs.ts';
import { productInt8, productInt16, sumInt8, sumInt16 } from './elementwise/sums-of-two.ts';

export const ARITHMETIC_EMITTERS = {
  add: { float32: NOT_YET, int8: sumInt8, int16: sumInt16, int32: NOT_YET },
  add_n: { float32: NOT_YET, int8: NOT_YET },
  cumsum: { float32: NOT_YET, int8: NOT_YET },
  div: { float32: NOT_YET, int32: NOT_YET, int8: NOT_YET },
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
  squared_difference: { float32: NOT_YET, int32: NOT_YET, int8: NOT_YET, int16: NOT_YET },
  sub: { float32: NOT_YET, int8: sumInt8, int16: sumInt16, int32: NOT_YET },
} satisfies EmitterRows;
