/** What the operator cases do not say of themselves: which inputs are data, and which cases are refused and how. */

/** How many inputs of an operator, from the first, the chip gets at every inference; of the others it is one. */
export const COMPUTED_INPUTS: Readonly<Record<string, number>> = {
  Add: 2,
  Concat: 3,
  ConstantOfShape: 0,
  Div: 2,
  Greater: 2,
  Less: 2,
  MatMul: 2,
  Max: 3,
  Mean: 3,
  Min: 3,
  Mul: 2,
  Range: 0,
  Sub: 2,
};

const SCALES_ARE_COMPUTED =
  'its scales are computed from the values, and TensorFlow Lite Micro has them in the file';

/** What no chip computes, by a part of the sentence that says so. */
export const REFUSED: Readonly<Record<string, string>> = {
  clip_default_int8_min: 'Node "y" (Clip): the first operand is int8 but has no per-tensor scale',
  constantofshape_int_shape_zero: 'tensor "y" has shape [0]',
  convinteger_with_padding: SCALES_ARE_COMPUTED,
  convinteger_without_padding: SCALES_ARE_COMPUTED,
  convtranspose_3d:
    'Node "Y" (ConvTranspose): it works on [1, 1, 3, 4, 5], and TensorFlow Lite Micro on images',
  dynamicquantizelinear: SCALES_ARE_COMPUTED,
  dynamicquantizelinear_max_adjusted: SCALES_ARE_COMPUTED,
  matmulinteger: SCALES_ARE_COMPUTED,
  maxpool_with_argmax_2d_precomputed_pads: 'Node "y" (MaxPool): its second output, where the largest',
  maxpool_with_argmax_2d_precomputed_strides: 'Node "y" (MaxPool): its second output, where the largest',
  pow: 'Node "z" (Pow): its exponents differ from element to element',
  pow_example: 'Node "z" (Pow): its exponents differ from element to element',
  pow_types_float32_int64: 'Node "z" (Pow): its exponents differ from element to element',
  ptop_operator_pow: 'Node "2" (Pow): its exponents differ from element to element',
  quantizelinear_axis: 'Node "y" (QuantizeLinear): it computes activations with 3 scales',
  quantizelinear_blocked_asymmetric: 'Node "y" (QuantizeLinear): it computes activations with 6 scales',
  quantizelinear_blocked_symmetric: 'Node "y" (QuantizeLinear): it computes activations with 6 scales',
  reduce_max_bool_inputs: 'Node "reduced" (ReduceMax): input 0 is bool, but only float32 and int8',
  reduce_sum_empty_set: 'input "data" has shape [2, 0, 4]',
  reduce_sum_empty_set_non_reduced_axis_zero: 'input "data" has shape [2, 0, 4]',
  slice_start_out_of_bounds: 'Node "y" (Slice): it leaves nothing of a tensor of shape [20, 10, 5]',
};
