import { defineOp } from '../op.ts';
import { argExtremumOperator } from './arg_extremum.ts';

export const argMin = defineOp({ kind: 'arg_min', ...argExtremumOperator((value, best) => value < best) });
