import { defineOp } from '../op.ts';
import { extremumOperator } from './extremum.ts';

export const maximum = defineOp({
  kind: 'maximum',
  ...extremumOperator('maximum', (a, b) => (a > b ? a : b)),
});
