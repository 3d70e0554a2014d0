import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const log = defineOp({ kind: 'log', ...realFunction(Math.log) });
