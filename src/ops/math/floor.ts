import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const floor = defineOp({ kind: 'floor', ...realFunction(Math.floor) });
