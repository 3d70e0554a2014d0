/** The list of operators. A new one is its file and a row here; the compiler then names the tables that lack it. */

import { add } from './add.ts';
import { argMax } from './arg_max.ts';
import { averagePool2d } from './average_pool_2d.ts';
import { batchToSpaceNd } from './batch_to_space_nd.ts';
import { concatenation } from './concatenation.ts';
import { conv2d } from './conv_2d.ts';
import { depthToSpace } from './depth_to_space.ts';
import { depthwiseConv2d } from './depthwise_conv_2d.ts';
import { dequantize } from './dequantize.ts';
import { elu } from './elu.ts';
import { expandDims } from './expand_dims.ts';
import { fullyConnected } from './fully_connected.ts';
import { gather } from './gather.ts';
import { hardSwish } from './hard_swish.ts';
import { leakyRelu } from './leaky_relu.ts';
import { logistic } from './logistic.ts';
import { maxPool2d } from './max_pool_2d.ts';
import { maximum } from './maximum.ts';
import { mean } from './mean.ts';
import { minimum } from './minimum.ts';
import { mirrorPad } from './mirror_pad.ts';
import { mul } from './mul.ts';
import type { AnyOp, Op, OperandNames } from './op.ts';
import { pack } from './pack.ts';
import { pad } from './pad.ts';
import { padv2 } from './padv2.ts';
import { prelu } from './prelu.ts';
import { quantize } from './quantize.ts';
import { reduceMax } from './reduce_max.ts';
import { reduceMin } from './reduce_min.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { reshape } from './reshape.ts';
import { resizeBilinear } from './resize_bilinear.ts';
import { resizeNearestNeighbor } from './resize_nearest_neighbor.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { spaceToBatchNd } from './space_to_batch_nd.ts';
import { spaceToDepth } from './space_to_depth.ts';
import { split } from './split.ts';
import { splitV } from './split_v.ts';
import { squeeze } from './squeeze.ts';
import { stridedSlice } from './strided_slice.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { tanh } from './tanh.ts';
import { transpose } from './transpose.ts';
import { transposeConv } from './transpose_conv.ts';
import { unpack } from './unpack.ts';

export const ops = {
  add,
  arg_max: argMax,
  average_pool_2d: averagePool2d,
  batch_to_space_nd: batchToSpaceNd,
  concatenation,
  conv_2d: conv2d,
  depth_to_space: depthToSpace,
  depthwise_conv_2d: depthwiseConv2d,
  dequantize,
  elu,
  expand_dims: expandDims,
  fully_connected: fullyConnected,
  gather,
  hard_swish: hardSwish,
  leaky_relu: leakyRelu,
  logistic,
  max_pool_2d: maxPool2d,
  maximum,
  mean,
  minimum,
  mirror_pad: mirrorPad,
  mul,
  pack,
  pad,
  padv2,
  prelu,
  quantize,
  reduce_max: reduceMax,
  reduce_min: reduceMin,
  relu,
  relu6,
  reshape,
  resize_bilinear: resizeBilinear,
  resize_nearest_neighbor: resizeNearestNeighbor,
  slice,
  softmax,
  space_to_batch_nd: spaceToBatchNd,
  space_to_depth: spaceToDepth,
  split,
  split_v: splitV,
  squeeze,
  strided_slice: stridedSlice,
  sub,
  sum,
  tanh,
  transpose,
  transpose_conv: transposeConv,
  unpack,
};

export type OpKind = keyof typeof ops;

/** One row for every operator. */
export type PerOp<T> = { readonly [Kind in OpKind]: T };

export type AttributesOf<Kind extends OpKind> =
  (typeof ops)[Kind] extends Op<Kind, infer Attributes, OperandNames, unknown, unknown> ? Attributes : never;

export const OP_KINDS = Object.keys(ops) as readonly OpKind[];

/**
 * The operator of a kind known at run time only. The graph checker has matched attributes and operands with it,
 * which the type system cannot follow: this is the one cast.
 */
export function opOf(kind: OpKind): AnyOp {
  return ops[kind] as unknown as AnyOp;
}
