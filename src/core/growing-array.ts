/** Numbers as they come, in a typed array that grows. */
export class GrowingArray<Data extends Float32Array | Float64Array | Int32Array> {
  length = 0;
  readonly #make: (length: number) => Data;
  #data: Data;

  constructor(make: (length: number) => Data) {
    this.#make = make;
    this.#data = make(2 ** 10);
  }

  push(value: number): void {
    if (this.length === this.#data.length) {
      const grown = this.#make(2 * this.length);
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data[this.length++] = value;
  }

  /** Of the same memory: holds what was pushed until now, until the next push. */
  all(): Data {
    return this.#data.subarray(0, this.length) as Data;
  }
}
