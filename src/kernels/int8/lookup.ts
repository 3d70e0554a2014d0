/** A function of one int8 value as its 256 results, indexed by value + 128. */
export type Int8Table = Int8Array;

export function int8Table(compute: (value: number) => number): Int8Table {
  return Int8Array.from({ length: 256 }, (_, index) => compute(index - 128));
}

/** A function of one uint8 value as its 256 results, indexed by it. */
export function uint8Table(compute: (value: number) => number): Int8Table {
  return Int8Array.from({ length: 256 }, (_, index) => compute(index));
}

export function lookupUint8(table: Int8Table, input: Uint8Array, output: Int8Array): void {
  for (let i = 0; i < output.length; i++) output[i] = table[input[i]];
}

/** `output` may be uint8, whose table holds the same bytes. */
export function lookupInt8(table: Int8Table, input: Int8Array, output: Int8Array | Uint8Array): void {
  for (let i = 0; i < output.length; i++) output[i] = table[input[i] + 128];
}
