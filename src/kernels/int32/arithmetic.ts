/** Arithmetic on plain int32 numbers, which wraps around as it does on every chip. */

import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import { clamp } from '../int8/requantize.ts';

export interface BinaryInt32 {
  readonly broadcast: Broadcast;
  readonly clampMin: number;
  readonly clampMax: number;
}

/** output[i] = clamp(combine(a[i], b[i])), operands broadcast; what `combine` gives is taken modulo 2^32. */
export function binaryInt32(
  p: BinaryInt32,
  combine: (a: number, b: number) => number,
): (a: Int32Array, b: Int32Array, output: Int32Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const result = combine(
        a[indexA === undefined ? i : indexA[i]],
        b[indexB === undefined ? i : indexB[i]],
      );
      output[i] = clamp(result | 0, p.clampMin, p.clampMax);
    }
  };
}
