/** Small dense matrices in float64. */

/** Rows one after another. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

export function zeroMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

export function rowOf({ data, columns }: Matrix, row: number): Float64Array {
  return data.subarray(row * columns, (row + 1) * columns);
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Adds `factor` times `from` to `into`. */
export function addScaled(into: Float64Array, factor: number, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] += factor * from[i];
}

export function scale(row: Float64Array, factor: number): void {
  for (let i = 0; i < row.length; i++) row[i] *= factor;
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = zeroMatrix(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result.data[column * rows + row] = data[row * columns + column];
    }
  }
  return result;
}

export function product(a: Matrix, b: Matrix): Matrix {
  const result = zeroMatrix(a.rows, b.columns);
  for (let row = 0; row < a.rows; row++) {
    const into = rowOf(result, row);
    for (const [index, factor] of rowOf(a, row).entries()) {
      if (factor !== 0) addScaled(into, factor, rowOf(b, index));
    }
  }
  return result;
}

/** The lower triangle L with L·Lᵀ = `matrix`, which is symmetric and positive definite. */
export function choleskyFactor(matrix: Matrix): Matrix {
  const size = matrix.rows;
  const lower = zeroMatrix(size, size);
  for (let row = 0; row < size; row++) {
    const own = rowOf(lower, row);
    for (let column = 0; column <= row; column++) {
      const other = rowOf(lower, column);
      let rest = matrix.data[row * size + column];
      for (let i = 0; i < column; i++) rest -= own[i] * other[i];
      own[column] = column === row ? Math.sqrt(rest) : rest / other[column];
    }
  }
  return lower;
}
