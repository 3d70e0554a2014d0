/** How the inputs of the weights of one unit vary together: what an error of a weight does, and which others can make up for it. */

/** How many rows `add` takes. */
export const ROWS_AT_ONCE = 4;

/** Sums over rows of `size` numbers; their means and centred products come out. */
export class Covariance {
  readonly size: number;
  readonly #sums: Float64Array;
  /** Upper triangle of a square matrix, row after row. */
  readonly #products: Float64Array;
  #rows = 0;

  constructor(size: number) {
    this.size = size;
    this.#sums = new Float64Array(size);
    this.#products = new Float64Array(size * size);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Four rows at a time, which saves three of four passes through the products. */
  add(rows: readonly Float64Array[], count: number): void {
    const { size } = this;
    const products = this.#products;
    const sums = this.#sums;
    const [a, b, c, d] = rows;
    for (let row = count; row < ROWS_AT_ONCE; row++) rows[row].fill(0);
    for (let i = 0; i < size; i++) {
      const [p, q, r, s] = [a[i], b[i], c[i], d[i]];
      sums[i] += p + q + r + s;
      const start = i * size;
      for (let j = i; j < size; j++) products[start + j] += p * a[j] + q * b[j] + r * c[j] + s * d[j];
    }
    this.#rows += count;
  }

  /** Symmetric, `[size, size]`. */
  matrix(): Float64Array {
    const { size } = this;
    const result = new Float64Array(size * size);
    const rows = Math.max(1, this.#rows);
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        const centred = this.#products[i * size + j] / rows - (this.#sums[i] / rows) * (this.#sums[j] / rows);
        result[i * size + j] = centred;
        result[j * size + i] = centred;
      }
    }
    return result;
  }
}
