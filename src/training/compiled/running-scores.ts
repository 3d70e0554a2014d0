/** Means over batches, weighted by their samples. */
export class RunningScores {
  readonly #sums: Float64Array;
  #samples = 0;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
  }

  clear(): void {
    this.#sums.fill(0);
    this.#samples = 0;
  }

  add(index: number, value: number, rows: number): void {
    this.#sums[index] += value * rows;
  }

  count(rows: number): void {
    this.#samples += rows;
  }

  mean(index: number): number {
    return this.#sums[index] / this.#samples;
  }
}
