import type { TinymlError } from '../../core/errors.ts';

/** Counts what cannot be read; one more than `most` is an error. What is met twice counts once. */
export class Skipping {
  readonly #most: number;
  readonly #met = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#met.size;
  }

  readonly skip = (error: TinymlError): void => {
    this.#met.add(error.message);
    if (this.#met.size > this.#most) throw error;
  };
}
