import { minFloat } from '../../kernels/float/reduce.ts';
import { minInt8 } from '../../kernels/int8/reduce.ts';
import { defineExtreme } from './extreme.ts';

export const reduceMin = defineExtreme('reduce_min', minFloat, minInt8);
