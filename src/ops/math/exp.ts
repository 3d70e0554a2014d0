import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const exp = defineOp({ kind: 'exp', ...realFunction(Math.exp) });
