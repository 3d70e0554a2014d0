import { maxFloat } from '../../kernels/float/reduce.ts';
import { maxInt8 } from '../../kernels/int8/reduce.ts';
import { defineExtreme } from './extreme.ts';

export const reduceMax = defineExtreme('reduce_max', maxFloat, maxInt8);
