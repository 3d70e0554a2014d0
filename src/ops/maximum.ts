import { extremumOperator } from './extremum.ts';
import { defineOp } from './op.ts';

export const maximum = defineOp({ kind: 'maximum', ...extremumOperator((a, b) => (a > b ? a : b)) });
