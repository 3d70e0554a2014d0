/**
 * The singular value decomposition by one-sided Jacobi rotations (Hestenes): rows are turned in pairs until all of them
 * are orthogonal. Slower than what large matrices get, short, and accurate for small singular values too.
 */

import { addScaled, dot, type Matrix, rowOf, scale, transposed, zeroMatrix } from './matrix.ts';

/** A = left · diag(values) · rightᵀ. */
export interface SingularValues {
  /** [rows of A, k], k the lesser side of A; its columns are orthonormal. */
  readonly left: Matrix;
  /** k of them, the largest first, none negative. */
  readonly values: Float64Array;
  /** [columns of A, k]; its columns are orthonormal. */
  readonly right: Matrix;
}

/** Rotations halve the digits that are wrong; a handful of sweeps is usual. */
const MOST_SWEEPS = 60;

/** Rotates both rows by the angle of cosine `c` and sine `s`. */
function rotate(a: Float64Array, b: Float64Array, c: number, s: number): void {
  for (let i = 0; i < a.length; i++) {
    const first = a[i];
    a[i] = c * first - s * b[i];
    b[i] = s * first + c * b[i];
  }
}

/** Rows on their way, the squares of their lengths, and what is turned along. */
interface Turning {
  readonly rows: Matrix;
  readonly squares: Float64Array;
  readonly turned: Matrix;
  /** Rows are orthogonal whose cosine is not larger. */
  readonly tolerance: number;
}

/** Makes two rows orthogonal. False where they are already. */
function orthogonalizePair({ rows, squares, turned, tolerance }: Turning, p: number, q: number): boolean {
  const [a, b] = [rowOf(rows, p), rowOf(rows, q)];
  const product = dot(a, b);
  if (Math.abs(product) <= tolerance * Math.sqrt(squares[p] * squares[q])) return false;
  const half = (squares[q] - squares[p]) / (2 * product);
  const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.hypot(1, half));
  const cosine = 1 / Math.hypot(1, tangent);
  rotate(a, b, cosine, cosine * tangent);
  rotate(rowOf(turned, p), rowOf(turned, q), cosine, cosine * tangent);
  squares[p] = dot(a, a);
  squares[q] = dot(b, b);
  return true;
}

function identity(size: number): Matrix {
  const result = zeroMatrix(size, size);
  for (let i = 0; i < size; i++) result.data[i * size + i] = 1;
  return result;
}

function squaresOf(rows: Matrix): Float64Array {
  return Float64Array.from({ length: rows.rows }, (_, row) => dot(rowOf(rows, row), rowOf(rows, row)));
}

/** Turns the rows until they are orthogonal; gives the rotation. */
function orthogonalize(rows: Matrix): Matrix {
  const turned = identity(rows.rows);
  const squares = squaresOf(rows);
  const turning = { rows, squares, turned, tolerance: Number.EPSILON * Math.sqrt(rows.columns) };
  let changed = true;
  for (let sweep = 0; changed && sweep < MOST_SWEEPS; sweep++) {
    changed = false;
    for (let p = 0; p < rows.rows; p++) {
      for (let q = p + 1; q < rows.rows; q++) {
        if (orthogonalizePair(turning, p, q)) changed = true;
      }
    }
  }
  return turned;
}

/** Makes row `index` a unit vector that is orthogonal to the rows before it. */
function complete(rows: Matrix, index: number): void {
  const { columns } = rows;
  const before = Array.from({ length: index }, (_, row) => rowOf(rows, row));
  const rests = Float64Array.from({ length: columns }, (_, axis) =>
    before.reduce((rest, row) => rest - row[axis] ** 2, 1),
  );
  const own = rowOf(rows, index).fill(0);
  own[rests.indexOf(Math.max(...rests))] = 1;
  // Twice is enough (Kahan).
  for (const row of [...before, ...before]) addScaled(own, -dot(own, row), row);
  scale(own, 1 / Math.sqrt(dot(own, own)));
}

function pickRows(matrix: Matrix, order: readonly number[]): Matrix {
  const result = zeroMatrix(order.length, matrix.columns);
  for (const [row, from] of order.entries()) rowOf(result, row).set(rowOf(matrix, from));
  return result;
}

/** Of a matrix with at least as many columns as rows. */
function ofWide(matrix: Matrix): SingularValues {
  const rows = { ...matrix, data: Float64Array.from(matrix.data) };
  const turned = orthogonalize(rows);
  const lengths = squaresOf(rows).map(Math.sqrt);
  const order = [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a]);
  const sorted = pickRows(rows, order);
  const values = Float64Array.from(order, (row) => lengths[row]);
  // What is left of less is the rounding of the larger ones, and has no direction of its own.
  const least = values[0] * Number.EPSILON * matrix.columns;
  for (const [row, length] of values.entries()) {
    if (length > least) {
      scale(rowOf(sorted, row), 1 / length);
    } else {
      values[row] = 0;
      complete(sorted, row);
    }
  }
  return { left: transposed(pickRows(turned, order)), values, right: transposed(sorted) };
}

/** Elements must be finite and their squares too, as those of float32 are. */
export function singularValues(matrix: Matrix): SingularValues {
  if (matrix.rows <= matrix.columns) return ofWide(matrix);
  const { left, values, right } = ofWide(transposed(matrix));
  return { left: right, values, right: left };
}
