/** Loops that multiply an int8 input by constant weights, after which every channel is requantized. */
export type Int8Product = (
  input: Int8Array,
  weights: Int8Array,
  bias: Int32Array | undefined,
  output: Int8Array,
) => void;
