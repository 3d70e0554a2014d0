import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

export const neg = defineOp({ kind: 'neg', ...realFunction((x) => -x) });
