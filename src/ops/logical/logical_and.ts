import { defineOp } from '../op.ts';
import { logicalOperator } from './logical.ts';

export const logicalAnd = defineOp({ kind: 'logical_and', ...logicalOperator((a, b) => a && b) });
