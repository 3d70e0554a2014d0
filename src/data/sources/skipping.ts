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

  /** What is wrong with each, in the order in which they were met. */
  get messages(): readonly string[] {
    return [...this.#met];
  }

  readonly skip = (error: TinymlError): void => {
    this.#met.add(error.message);
    if (this.#met.size > this.#most) throw error;
  };
}
