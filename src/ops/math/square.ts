import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const square = defineOp({ kind: 'square', ...realFunction((x) => x * x) });
