/** The operators that are trained through, by kind. */

import { ACTIVATION_CODES } from '../../../kernels/training/kernels.ts';
import type { OpKind } from '../../../ops/index.ts';
import {
  compileAbs,
  compileAdd,
  compileCoded,
  compileElu,
  compileHardSwish,
  compileLeakyRelu,
  compileMaximum,
  compileMinimum,
  compileMul,
  compileNeg,
  compilePrelu,
  compileSquare,
  compileSub,
} from './elementwise.ts';
import { compileMovement } from './movement.ts';
import type { CompileOperator } from './operator.ts';
import { compileMean, compilePool, compileReduceMax, compileSoftmax, compileSumOf } from './reductions.ts';
import { compileConv2d, compileDepthwiseConv2d, compileFullyConnected } from './weighted.ts';

/** Of the others nobody has written the gradient. */
export const TRAINED_OPERATORS: { readonly [Kind in OpKind]?: CompileOperator<Kind> } = {
  fully_connected: compileFullyConnected,
  conv_2d: compileConv2d,
  depthwise_conv_2d: compileDepthwiseConv2d,
  add: compileAdd,
  sub: compileSub,
  mul: compileMul,
  prelu: compilePrelu,
  maximum: compileMaximum,
  minimum: compileMinimum,
  relu: compileCoded(ACTIVATION_CODES.relu),
  relu6: compileCoded(ACTIVATION_CODES.relu6),
  logistic: compileCoded(ACTIVATION_CODES.sigmoid),
  tanh: compileCoded(ACTIVATION_CODES.tanh),
  leaky_relu: compileLeakyRelu,
  elu: compileElu,
  hard_swish: compileHardSwish,
  abs: compileAbs,
  square: compileSquare,
  neg: compileNeg,
  softmax: compileSoftmax,
  max_pool_2d: compilePool('max'),
  average_pool_2d: compilePool('average'),
  mean: compileMean,
  sum: compileSumOf,
  reduce_max: compileReduceMax,
  reshape: compileMovement,
  expand_dims: compileMovement,
  squeeze: compileMovement,
  transpose: compileMovement,
  concatenation: compileMovement,
  pack: compileMovement,
  unpack: compileMovement,
  split: compileMovement,
  split_v: compileMovement,
  slice: compileMovement,
  strided_slice: compileMovement,
  gather: compileMovement,
  pad: compileMovement,
  mirror_pad: compileMovement,
  space_to_depth: compileMovement,
  depth_to_space: compileMovement,
  resize_nearest_neighbor: compileMovement,
};
