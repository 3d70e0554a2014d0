import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const ceil = defineOp({ kind: 'ceil', ...realFunction(Math.ceil) });
