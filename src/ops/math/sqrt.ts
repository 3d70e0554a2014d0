import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const sqrt = defineOp({ kind: 'sqrt', ...realFunction(Math.sqrt) });
