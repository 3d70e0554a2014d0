import { operandIndex } from './broadcast.ts';

type Elements = Float32Array | Int8Array | Int16Array;

/** Loops over the output, as in `Broadcast`, with the steps of three operands. */
export interface Select {
  readonly counts: readonly number[];
  readonly condition: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** output[i] = x[i] where the condition holds, else y[i], all three broadcast. */
export function selectElements(
  p: Select,
): (condition: Uint8Array, x: Elements, y: Elements, output: Elements) => void {
  const [indexC, indexX, indexY] = [p.condition, p.x, p.y].map((steps) => operandIndex(p.counts, steps));
  return (condition, x, y, output) => {
    for (let i = 0; i < output.length; i++) {
      const holds = condition[indexC === undefined ? i : indexC[i]] !== 0;
      output[i] = holds ? x[indexX === undefined ? i : indexX[i]] : y[indexY === undefined ? i : indexY[i]];
    }
  };
}
