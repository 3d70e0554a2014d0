/** Products of matrices that lie one after another, which the float and int8 kernels walk alike. */

import { type Broadcast, broadcastIndex } from './broadcast.ts';

/** Elements between neighbours of a matrix, along the axis that stays and along the one that is summed over. */
export interface MatrixSteps {
  readonly own: number;
  readonly depth: number;
}

/** Every matrix [rows, depth] of a with its matrix [depth, columns] of b; either may lie transposed. */
export interface MatrixProducts {
  /** Which matrices meet; its shape is that of the axes in front. */
  readonly batches: Broadcast;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly a: MatrixSteps;
  readonly b: MatrixSteps;
}

/** Calls `dot` for every element of the output, in order, with where its row of a and its column of b begin. */
export function multiplyMatrices(
  p: MatrixProducts,
): (dot: (startA: number, startB: number, output: number) => void) => void {
  const { rows, columns, depth } = p;
  const { a: matrixA, b: matrixB } = broadcastIndex(p.batches);
  const count = p.batches.counts.reduce((product, size) => product * size, 1);
  return (dot) => {
    let output = 0;
    for (let batch = 0; batch < count; batch++) {
      const startA = (matrixA === undefined ? batch : matrixA[batch]) * rows * depth;
      const startB = (matrixB === undefined ? batch : matrixB[batch]) * columns * depth;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          dot(startA + row * p.a.own, startB + column * p.b.own, output++);
        }
      }
    }
  };
}
