import { type Broadcast, broadcastIndex } from './broadcast.ts';

type Elements = Float32Array | Int32Array | Uint8Array;

/** output[i] = 1 where holds(a[i], b[i]), else 0, operands broadcast. */
export function compareElements(
  broadcast: Broadcast,
  holds: (a: number, b: number) => boolean,
): (a: Elements, b: Elements, output: Uint8Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(broadcast);
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const result = holds(a[indexA === undefined ? i : indexA[i]], b[indexB === undefined ? i : indexB[i]]);
      output[i] = result ? 1 : 0;
    }
  };
}
