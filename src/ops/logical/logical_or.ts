import { defineOp } from '../op.ts';
import { logicalOperator } from './logical.ts';

export const logicalOr = defineOp({ kind: 'logical_or', ...logicalOperator((a, b) => a || b) });
