/** Random matrices whose rows, or columns where there are fewer, have length 1 and stand at right angles. */

import type { Random } from '../core/random.ts';

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Takes out of a vector what it has of the others, which have length 1. */
function subtractProjections(vector: Float64Array, others: readonly Float64Array[]): void {
  for (const other of others) {
    const share = dot(vector, other);
    for (let i = 0; i < vector.length; i++) vector[i] -= share * other[i];
  }
}

/** A direction at right angles to all of `others`, of which there are fewer than it has elements. */
function nextDirection(length: number, others: readonly Float64Array[], random: Random): Float64Array {
  const vector = Float64Array.from({ length }, () => random.normal());
  const before = Math.sqrt(dot(vector, vector));
  subtractProjections(vector, others);
  // Where little is left, rounding is much of it: once more is enough (Kahan; Giraud, Langou and Rozložník 2005).
  if (Math.sqrt(dot(vector, vector)) < before / 2) subtractProjections(vector, others);
  const size = Math.sqrt(dot(vector, vector));
  // The seed decides; that nothing at all is left, no seed known to us does.
  if (size < 1e-9 * before) return nextDirection(length, others, random);
  return vector.map((element) => element / size);
}

/**
 * [rows, columns] as Keras' `orthogonal`: the Q of a matrix of normal numbers whose R has a positive diagonal, by Gram and
 * Schmidt (Saxe, McClelland and Ganguli 2014).
 */
export function orthogonalMatrix(rows: number, columns: number, random: Random): Float32Array {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) vectors.push(nextDirection(length, vectors, random));
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return rows <= columns ? vectors[row][column] : vectors[column][row];
  });
}
