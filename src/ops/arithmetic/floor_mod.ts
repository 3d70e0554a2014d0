import { defineOp } from '../op.ts';
import { realPair } from './real-pair.ts';

/** With the sign of the divisor. */
function remainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && b < 0 !== rest < 0 ? rest + b : rest;
}

export const floorMod = defineOp({ kind: 'floor_mod', ...realPair(remainder) });
