/** Rows that are taken from the others together, which saves three of four passes through the matrix. */
const BLOCK = 4;

/** Row `into` less `factor` times row `from`, from column `first` on. */
function subtractRow(
  matrix: Float64Array,
  size: number,
  into: number,
  from: number,
  first: number,
  factor: number,
): void {
  for (let j = first; j < size; j++) matrix[into * size + j] -= factor * matrix[from * size + j];
}

/** The same of four rows from `from` on, each times its own element in column `into`. */
function subtractFour(matrix: Float64Array, size: number, into: number, from: number): void {
  const row = into * size;
  const a = from * size;
  const b = a + size;
  const c = b + size;
  const d = c + size;
  const ofA = matrix[a + into];
  const ofB = matrix[b + into];
  const ofC = matrix[c + into];
  const ofD = matrix[d + into];
  for (let j = into; j < size; j++) {
    matrix[row + j] =
      matrix[row + j] - ofA * matrix[a + j] - ofB * matrix[b + j] - ofC * matrix[c + j] - ofD * matrix[d + j];
  }
}

/** R in place of the upper triangle of the matrix Rᵀ · R (lower part untouched); false where it is not positive definite. */
export function cholesky(matrix: Float64Array, size: number): boolean {
  for (let first = 0; first < size; first += BLOCK) {
    const end = Math.min(first + BLOCK, size);
    for (let k = first; k < end; k++) {
      const row = k * size;
      const diagonal = matrix[row + k];
      if (!(diagonal > 0)) return false;
      const root = Math.sqrt(diagonal);
      for (let j = k; j < size; j++) matrix[row + j] /= root;
      for (let i = k + 1; i < end; i++) subtractRow(matrix, size, i, k, i, matrix[row + i]);
    }
    for (let i = end; i < size; i++) subtractFour(matrix, size, i, first);
  }
  return true;
}
