import { defineOp } from '../op.ts';
import { comparisonOperator } from './comparison.ts';

export const lessEqual = defineOp({ kind: 'less_equal', ...comparisonOperator((a, b) => a <= b) });
