/** Loops that multiply a float32 input by weights. */
export type FloatProduct = (
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
  output: Float32Array,
) => void;
