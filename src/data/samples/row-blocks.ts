/** Rows on scratch for who takes them in their order: one read of the file for many of them. */

const BLOCK_BYTES = 2 ** 18;

type Numbers = Float32Array | Float64Array;

export class RowBlocks<Values extends Numbers> {
  readonly #count: number;
  readonly #length: number;
  readonly #read: (start: number, rows: number, into: Values) => void;
  readonly #make: (length: number) => Values;
  #start = 0;
  #end = 0;
  /** Holds the rows that `seek` asked for, until it is called again. */
  values: Values;

  /** `length`: values in each of `count` rows. */
  constructor(
    count: number,
    length: number,
    make: (length: number) => Values,
    read: (start: number, rows: number, into: Values) => void,
  ) {
    this.#count = count;
    this.#length = length;
    this.#read = read;
    this.#make = make;
    this.values = make(0);
  }

  /** Where in `values` the rows from `start` on begin. */
  seek(start: number, rows: number): number {
    if (start < this.#start || start + rows > this.#end) this.#fill(start, rows);
    return (start - this.#start) * this.#length;
  }

  #fill(start: number, rows: number): void {
    const most = Math.floor(BLOCK_BYTES / (this.#length * this.values.BYTES_PER_ELEMENT));
    const taken = Math.min(Math.max(rows, most), this.#count - start);
    if (this.values.length < taken * this.#length) this.values = this.#make(taken * this.#length);
    this.#read(start, taken, this.values);
    this.#start = start;
    this.#end = start + taken;
  }
}
