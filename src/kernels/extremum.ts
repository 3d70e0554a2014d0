import { type Broadcast, broadcastIndex } from './broadcast.ts';

type Elements = Float32Array | Int8Array | Int16Array | Int32Array;

/** output[i] = pick(a[i], b[i]), operands broadcast. Quantized values are compared as they are: one scale is assumed. */
export function pickElements(
  broadcast: Broadcast,
  pick: (a: number, b: number) => number,
): (a: Elements, b: Elements, output: Elements) => void {
  const { a: indexA, b: indexB } = broadcastIndex(broadcast);
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      output[i] = pick(a[indexA === undefined ? i : indexA[i]], b[indexB === undefined ? i : indexB[i]]);
    }
  };
}
