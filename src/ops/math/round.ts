import { defineOp } from '../op.ts';
import { realFunction } from './real-function.ts';

/** TFLM `RoundToNearest`, in float32: halves to the even neighbour, and never −0. */
function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = Math.fround(x - below);
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

export const round = defineOp({ kind: 'round', ...realFunction(roundToEven) });
