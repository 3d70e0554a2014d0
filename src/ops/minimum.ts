import { extremumOperator } from './extremum.ts';
import { defineOp } from './op.ts';

export const minimum = defineOp({ kind: 'minimum', ...extremumOperator((a, b) => (a < b ? a : b)) });
