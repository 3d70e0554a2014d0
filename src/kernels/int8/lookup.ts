/** A function of one int8 value as its 256 results, indexed by value + 128. */
export type Int8Table = Int8Array;

export function int8Table(compute: (value: number) => number): Int8Table {
  return Int8Array.from({ length: 256 }, (_, index) => compute(index - 128));
}

export function lookupInt8(table: Int8Table, input: Int8Array, output: Int8Array): void {
  for (let i = 0; i < output.length; i++) output[i] = table[input[i] + 128];
}
