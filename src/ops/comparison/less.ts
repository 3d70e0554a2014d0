import { defineOp } from '../op.ts';
import { comparisonOperator } from './comparison.ts';

export const less = defineOp({ kind: 'less', ...comparisonOperator((a, b) => a < b) });
