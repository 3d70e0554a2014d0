/** How the inputs of the weights of one unit vary together: what an error of a weight does, and which others can make up for it. */

import { createRowProducts, type RowProducts } from '../../../kernels/simd/row-products.ts';

/** Rows that the plain loops multiply at a time, which saves three of four passes through the products. */
const ROWS_AT_ONCE = 4;
/** Shorter rows are not worth a memory of their own. */
const LEAST_SIMD = 16;

function plainProducts(size: number): RowProducts {
  const products = new Float64Array(size * size);
  const rows = Array.from({ length: ROWS_AT_ONCE }, () => new Float64Array(size));
  let filled = 0;
  const multiplyRows = (): void => {
    const [a, b, c, d] = rows;
    for (let i = 0; i < size; i++) {
      const [p, q, r, s] = [a[i], b[i], c[i], d[i]];
      const start = i * size;
      for (let j = i; j < size; j++) products[start + j] += p * a[j] + q * b[j] + r * c[j] + s * d[j];
    }
    filled = 0;
  };
  return {
    add(row) {
      rows[filled++].set(row);
      if (filled === ROWS_AT_ONCE) multiplyRows();
    },
    upper() {
      if (filled > 0) {
        for (const row of rows.slice(filled)) row.fill(0);
        multiplyRows();
      }
      return products;
    },
  };
}

/** Rows and columns that stay close to the processor. */
const TILE = 32;

/** What is above the diagonal below it, too. */
function mirror(matrix: Float64Array, size: number): void {
  for (let top = 0; top < size; top += TILE) {
    for (let left = top; left < size; left += TILE) {
      const [bottom, right] = [Math.min(top + TILE, size), Math.min(left + TILE, size)];
      for (let i = top; i < bottom; i++) {
        for (let j = Math.max(left, i + 1); j < right; j++) matrix[j * size + i] = matrix[i * size + j];
      }
    }
  }
}

/** `bytes` are integers up to `LARGEST_ELEMENT`, whose products WebAssembly sums where the machine has it: the same numbers. */
export type RowElements = 'bytes' | 'any';

/** Sums over rows of `size` numbers; their centred products come out. */
export class Covariance {
  readonly size: number;
  readonly #sums: Float64Array;
  readonly #products: RowProducts;
  #rows = 0;

  constructor(size: number, elements: RowElements) {
    this.size = size;
    this.#sums = new Float64Array(size);
    const fast = elements === 'bytes' && size >= LEAST_SIMD ? createRowProducts(size) : undefined;
    this.#products = fast ?? plainProducts(size);
  }

  get rows(): number {
    return this.#rows;
  }

  add(row: Float64Array): void {
    const sums = this.#sums;
    for (let i = 0; i < row.length; i++) sums[i] += row[i];
    this.#products.add(row);
    this.#rows++;
  }

  /** Symmetric, `[size, size]`, once and for all: it takes the memory of the sums. */
  matrix(): Float64Array {
    const { size } = this;
    const rows = Math.max(1, this.#rows);
    const means = this.#sums.map((sum) => sum / rows);
    const result = this.#products.upper();
    for (let i = 0; i < size; i++) {
      const mean = means[i];
      for (let j = i; j < size; j++) result[i * size + j] = result[i * size + j] / rows - mean * means[j];
    }
    mirror(result, size);
    return result;
  }
}
