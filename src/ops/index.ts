/** The list of operators. A new one is its file and a row here; the compiler then names the tables that lack it. */

import { elu } from './activations/elu.ts';
import { hardSwish } from './activations/hard_swish.ts';
import { leakyRelu } from './activations/leaky_relu.ts';
import { logistic } from './activations/logistic.ts';
import { prelu } from './activations/prelu.ts';
import { relu } from './activations/relu.ts';
import { relu6 } from './activations/relu6.ts';
import { softmax } from './activations/softmax.ts';
import { tanh } from './activations/tanh.ts';
import { add } from './arithmetic/add.ts';
import { addN } from './arithmetic/add_n.ts';
import { cumsum } from './arithmetic/cumsum.ts';
import { div } from './arithmetic/div.ts';
import { floorDiv } from './arithmetic/floor_div.ts';
import { floorMod } from './arithmetic/floor_mod.ts';
import { maximum } from './arithmetic/maximum.ts';
import { minimum } from './arithmetic/minimum.ts';
import { mul } from './arithmetic/mul.ts';
import { squaredDifference } from './arithmetic/squared_difference.ts';
import { sub } from './arithmetic/sub.ts';
import { tflmDecode } from './coding/tflm_decode.ts';
import { equal } from './comparison/equal.ts';
import { greater } from './comparison/greater.ts';
import { greaterEqual } from './comparison/greater_equal.ts';
import { less } from './comparison/less.ts';
import { lessEqual } from './comparison/less_equal.ts';
import { notEqual } from './comparison/not_equal.ts';
import { tfliteDetectionPostprocess } from './detection/tflite_detection_postprocess.ts';
import { logicalAnd } from './logical/logical_and.ts';
import { logicalNot } from './logical/logical_not.ts';
import { logicalOr } from './logical/logical_or.ts';
import { selectV2 } from './logical/select_v2.ts';
import { abs } from './math/abs.ts';
import { ceil } from './math/ceil.ts';
import { cos } from './math/cos.ts';
import { exp } from './math/exp.ts';
import { floor } from './math/floor.ts';
import { log } from './math/log.ts';
import { neg } from './math/neg.ts';
import { round } from './math/round.ts';
import { rsqrt } from './math/rsqrt.ts';
import { sin } from './math/sin.ts';
import { sqrt } from './math/sqrt.ts';
import { square } from './math/square.ts';
import { expandDims } from './movement/axes/expand_dims.ts';
import { reshape } from './movement/axes/reshape.ts';
import { reverseV2 } from './movement/axes/reverse_v2.ts';
import { squeeze } from './movement/axes/squeeze.ts';
import { transpose } from './movement/axes/transpose.ts';
import { batchToSpaceNd } from './movement/blocks/batch_to_space_nd.ts';
import { depthToSpace } from './movement/blocks/depth_to_space.ts';
import { spaceToBatchNd } from './movement/blocks/space_to_batch_nd.ts';
import { spaceToDepth } from './movement/blocks/space_to_depth.ts';
import { mirrorPad } from './movement/padding/mirror_pad.ts';
import { pad } from './movement/padding/pad.ts';
import { padv2 } from './movement/padding/padv2.ts';
import { concatenation } from './movement/parts/concatenation.ts';
import { pack } from './movement/parts/pack.ts';
import { split } from './movement/parts/split.ts';
import { splitV } from './movement/parts/split_v.ts';
import { unpack } from './movement/parts/unpack.ts';
import { gather } from './movement/selection/gather.ts';
import { gatherNd } from './movement/selection/gather_nd.ts';
import { slice } from './movement/selection/slice.ts';
import { stridedSlice } from './movement/selection/strided_slice.ts';
import { l2Normalization } from './normalization/l2_normalization.ts';
import { logSoftmax } from './normalization/log_softmax.ts';
import type { AnyOp, ComputedType, Op, OperandNames, PreparedTable } from './op.ts';
import { averagePool2d } from './pooling/average_pool_2d.ts';
import { l2Pool2d } from './pooling/l2_pool_2d.ts';
import { maxPool2d } from './pooling/max_pool_2d.ts';
import { cast } from './quantization/cast.ts';
import { dequantize } from './quantization/dequantize.ts';
import { quantize } from './quantization/quantize.ts';
import { assignVariable } from './recurrent/assign_variable.ts';
import { readVariable } from './recurrent/read_variable.ts';
import { svdf } from './recurrent/svdf.ts';
import { unidirectionalSequenceLstm } from './recurrent/unidirectional_sequence_lstm.ts';
import { argMax } from './reductions/arg_max.ts';
import { argMin } from './reductions/arg_min.ts';
import { mean } from './reductions/mean.ts';
import { reduceMax } from './reductions/reduce_max.ts';
import { reduceMin } from './reductions/reduce_min.ts';
import { sum } from './reductions/sum.ts';
import { broadcastTo } from './repetition/broadcast_to.ts';
import { fill } from './repetition/fill.ts';
import { tile } from './repetition/tile.ts';
import { zerosLike } from './repetition/zeros_like.ts';
import { resizeBilinear } from './resizing/resize_bilinear.ts';
import { resizeNearestNeighbor } from './resizing/resize_nearest_neighbor.ts';
import { batchMatmul } from './weighted/batch_matmul.ts';
import { conv2d } from './weighted/conv_2d.ts';
import { depthwiseConv2d } from './weighted/depthwise_conv_2d.ts';
import { fullyConnected } from './weighted/fully_connected.ts';
import { transposeConv } from './weighted/transpose_conv.ts';
import type { weightedOperands } from './weighted/weighted.ts';

export const ops = {
  abs,
  add,
  add_n: addN,
  arg_max: argMax,
  arg_min: argMin,
  assign_variable: assignVariable,
  average_pool_2d: averagePool2d,
  batch_matmul: batchMatmul,
  batch_to_space_nd: batchToSpaceNd,
  broadcast_to: broadcastTo,
  cast,
  ceil,
  concatenation,
  conv_2d: conv2d,
  cos,
  cumsum,
  depth_to_space: depthToSpace,
  depthwise_conv_2d: depthwiseConv2d,
  dequantize,
  div,
  elu,
  equal,
  exp,
  expand_dims: expandDims,
  fill,
  floor,
  floor_div: floorDiv,
  floor_mod: floorMod,
  fully_connected: fullyConnected,
  gather,
  gather_nd: gatherNd,
  greater,
  greater_equal: greaterEqual,
  hard_swish: hardSwish,
  l2_normalization: l2Normalization,
  l2_pool_2d: l2Pool2d,
  leaky_relu: leakyRelu,
  less,
  less_equal: lessEqual,
  log,
  log_softmax: logSoftmax,
  logical_and: logicalAnd,
  logical_not: logicalNot,
  logical_or: logicalOr,
  logistic,
  max_pool_2d: maxPool2d,
  maximum,
  mean,
  minimum,
  mirror_pad: mirrorPad,
  mul,
  neg,
  not_equal: notEqual,
  pack,
  pad,
  padv2,
  prelu,
  quantize,
  read_variable: readVariable,
  reduce_max: reduceMax,
  reduce_min: reduceMin,
  relu,
  relu6,
  reshape,
  resize_bilinear: resizeBilinear,
  resize_nearest_neighbor: resizeNearestNeighbor,
  reverse_v2: reverseV2,
  round,
  rsqrt,
  select_v2: selectV2,
  sin,
  slice,
  softmax,
  space_to_batch_nd: spaceToBatchNd,
  space_to_depth: spaceToDepth,
  split,
  split_v: splitV,
  sqrt,
  square,
  squared_difference: squaredDifference,
  squeeze,
  strided_slice: stridedSlice,
  sub,
  sum,
  svdf,
  tanh,
  tflite_detection_postprocess: tfliteDetectionPostprocess,
  tflm_decode: tflmDecode,
  tile,
  transpose,
  transpose_conv: transposeConv,
  unidirectional_sequence_lstm: unidirectionalSequenceLstm,
  unpack,
  zeros_like: zerosLike,
};

export type OpKind = keyof typeof ops;

/** Operators of files that TFLM lacks: passes replace them by others that mean the same. */
export const REPLACED_KINDS = ['tile'] as const satisfies readonly OpKind[];

/** Operators that TFLM has. */
export type TflmKind = Exclude<OpKind, (typeof REPLACED_KINDS)[number]>;

/** Operators with weights and a bias; tables and switches over them say something of each. */
export type WeightedKind = {
  [Kind in OpKind]: (typeof ops)[Kind]['operands'] extends typeof weightedOperands ? Kind : never;
}[OpKind];

export type AttributesOf<Kind extends OpKind> =
  (typeof ops)[Kind] extends Op<Kind, infer Attributes, OperandNames, PreparedTable> ? Attributes : never;

/** The numbers that a kernel of the operator prepares; `unknown` where it has none of that type. */
export type PreparedOf<Kind extends OpKind, Type extends ComputedType> =
  (typeof ops)[Kind] extends Op<Kind, AttributesOf<Kind>, OperandNames, infer Prepared>
    ? Prepared[Type]
    : never;

export const OP_KINDS = Object.keys(ops) as readonly OpKind[];

/**
 * The operator of a kind known at run time only. The graph checker has matched attributes and operands with it,
 * which the type system cannot follow: this is the one cast.
 */
export function opOf(kind: OpKind): AnyOp {
  return ops[kind] as unknown as AnyOp;
}
