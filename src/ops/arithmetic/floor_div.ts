import { divisor } from '../../kernels/divide.ts';
import { defineOp } from '../op.ts';
import { realPair } from './real-pair.ts';

export const floorDiv = defineOp({
  kind: 'floor_div',
  ...realPair((a, b) => Math.floor(a / divisor(b))),
});
