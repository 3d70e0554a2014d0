import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const sin = defineOp({ kind: 'sin', ...realFunction(Math.sin) });
