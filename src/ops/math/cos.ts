import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const cos = defineOp({ kind: 'cos', ...realFunction(Math.cos) });
