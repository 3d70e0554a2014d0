/** What the operator cases do not say of themselves: which inputs are data, and which cases are refused and how. */

/** How many inputs of an operator, from the first, the chip gets at every inference; of the others it is one. */
export const COMPUTED_INPUTS: Readonly<Record<string, number>> = {
  Add: 2,
  Concat: 3,
  Div: 2,
  Greater: 2,
  Less: 2,
  MatMul: 2,
  Max: 3,
  Mean: 3,
  Min: 3,
  Mul: 2,
  Sub: 2,
};

/** What no chip computes, by a part of the sentence that says so. */
export const REFUSED: Readonly<Record<string, string>> = {
  clip_default_int8_min: 'Node "y" (Clip): the first operand is int8 but has no per-tensor scale',
  convtranspose_3d:
    'Node "Y" (ConvTranspose): it works on [1, 1, 3, 4, 5], and TensorFlow Lite Micro on images',
  maxpool_with_argmax_2d_precomputed_pads: 'Node "y" (MaxPool): its second output, where the largest',
  maxpool_with_argmax_2d_precomputed_strides: 'Node "y" (MaxPool): its second output, where the largest',
  pow: 'Node "z" (Pow): its exponents differ from element to element',
  pow_example: 'Node "z" (Pow): its exponents differ from element to element',
  pow_types_float32_int64: 'Node "z" (Pow): its exponents differ from element to element',
  ptop_operator_pow: 'Node "2" (Pow): its exponents differ from element to element',
};

/** Operators of which not every case is computed yet. */
export const NOT_YET: readonly string[] = [
  'ArgMax',
  'ArgMin',
  'Concat',
  'ConstantOfShape',
  'ConvInteger',
  'DequantizeLinear',
  'DynamicQuantizeLinear',
  'Expand',
  'Gather',
  'MatMulInteger',
  'Mul',
  'Pad',
  'QLinearConv',
  'QLinearMatMul',
  'QuantizeLinear',
  'Range',
  'ReduceL2',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceSum',
  'ReduceSumSquare',
  'Reshape',
  'Slice',
  'Split',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unsqueeze',
];
