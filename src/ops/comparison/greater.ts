import { defineOp } from '../op.ts';
import { comparisonOperator } from './comparison.ts';

export const greater = defineOp({ kind: 'greater', ...comparisonOperator((a, b) => a > b) });
