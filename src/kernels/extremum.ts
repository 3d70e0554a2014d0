import type { BroadcastIndex } from './broadcast.ts';

/** output[i] = pick(a[i], b[i]), operands broadcast. int8 values are compared as they are: one scale is assumed. */
export function pickElements<Elements extends Float32Array | Int8Array>(
  { a: indexA, b: indexB }: BroadcastIndex,
  pick: (a: number, b: number) => number,
  a: Elements,
  b: Elements,
  output: Elements,
): void {
  for (let i = 0; i < output.length; i++) {
    output[i] = pick(a[indexA === undefined ? i : indexA[i]], b[indexB === undefined ? i : indexB[i]]);
  }
}
