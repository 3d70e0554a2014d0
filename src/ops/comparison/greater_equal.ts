import { defineOp } from '../op.ts';
import { comparisonOperator } from './comparison.ts';

export const greaterEqual = defineOp({ kind: 'greater_equal', ...comparisonOperator((a, b) => a >= b) });
