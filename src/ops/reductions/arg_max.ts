import { defineOp } from '../op.ts';
import { argExtremumOperator } from './arg_extremum.ts';

export const argMax = defineOp({ kind: 'arg_max', ...argExtremumOperator((value, best) => value > best) });
