import { defineOp } from '../op.ts';
import { extremumOperator } from './extremum.ts';

export const minimum = defineOp({
  kind: 'minimum',
  ...extremumOperator('minimum', (a, b) => (a < b ? a : b)),
});
