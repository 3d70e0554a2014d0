/**
 * What registers an operator with MicroMutableOpResolver, in TFLM (commit 90b983c2) and in the Arduino libraries made of
 * older snapshots of it.
 */

import type { TflmKind } from '../../ops/index.ts';

/** Member functions of `MicroMutableOpResolver`, by operator. One without a row is unknown to TFLM, or custom and not known here. */
const RESOLVER_METHODS: Readonly<Record<string, string>> & Readonly<Record<Uppercase<TflmKind>, string>> = {
  ABS: 'AddAbs',
  ADD: 'AddAdd',
  ADD_N: 'AddAddN',
  ARG_MAX: 'AddArgMax',
  ARG_MIN: 'AddArgMin',
  ASSIGN_VARIABLE: 'AddAssignVariable',
  AVERAGE_POOL_2D: 'AddAveragePool2D',
  BATCH_MATMUL: 'AddBatchMatMul',
  BATCH_TO_SPACE_ND: 'AddBatchToSpaceNd',
  BROADCAST_ARGS: 'AddBroadcastArgs',
  BROADCAST_TO: 'AddBroadcastTo',
  CALL_ONCE: 'AddCallOnce',
  CAST: 'AddCast',
  CEIL: 'AddCeil',
  CONCATENATION: 'AddConcatenation',
  CONV_2D: 'AddConv2D',
  COS: 'AddCos',
  CUMSUM: 'AddCumSum',
  DEPTHWISE_CONV_2D: 'AddDepthwiseConv2D',
  DEPTH_TO_SPACE: 'AddDepthToSpace',
  DEQUANTIZE: 'AddDequantize',
  DIV: 'AddDiv',
  DYNAMIC_UPDATE_SLICE: 'AddDynamicUpdateSlice',
  ELU: 'AddElu',
  EMBEDDING_LOOKUP: 'AddEmbeddingLookup',
  EQUAL: 'AddEqual',
  EXP: 'AddExp',
  EXPAND_DIMS: 'AddExpandDims',
  FILL: 'AddFill',
  FLOOR: 'AddFloor',
  FLOOR_DIV: 'AddFloorDiv',
  FLOOR_MOD: 'AddFloorMod',
  FULLY_CONNECTED: 'AddFullyConnected',
  GATHER: 'AddGather',
  GATHER_ND: 'AddGatherNd',
  GREATER: 'AddGreater',
  GREATER_EQUAL: 'AddGreaterEqual',
  HARD_SWISH: 'AddHardSwish',
  IF: 'AddIf',
  L2_NORMALIZATION: 'AddL2Normalization',
  L2_POOL_2D: 'AddL2Pool2D',
  LEAKY_RELU: 'AddLeakyRelu',
  LESS: 'AddLess',
  LESS_EQUAL: 'AddLessEqual',
  LOG: 'AddLog',
  LOGICAL_AND: 'AddLogicalAnd',
  LOGICAL_NOT: 'AddLogicalNot',
  LOGICAL_OR: 'AddLogicalOr',
  LOGISTIC: 'AddLogistic',
  LOG_SOFTMAX: 'AddLogSoftmax',
  MAXIMUM: 'AddMaximum',
  MAX_POOL_2D: 'AddMaxPool2D',
  MEAN: 'AddMean',
  MINIMUM: 'AddMinimum',
  MIRROR_PAD: 'AddMirrorPad',
  MUL: 'AddMul',
  NEG: 'AddNeg',
  NOT_EQUAL: 'AddNotEqual',
  PACK: 'AddPack',
  PAD: 'AddPad',
  PADV2: 'AddPadV2',
  PRELU: 'AddPrelu',
  QUANTIZE: 'AddQuantize',
  READ_VARIABLE: 'AddReadVariable',
  REDUCE_ALL: 'AddReduceAll',
  REDUCE_MAX: 'AddReduceMax',
  REDUCE_MIN: 'AddReduceMin',
  RELU: 'AddRelu',
  RELU6: 'AddRelu6',
  RESHAPE: 'AddReshape',
  RESIZE_BILINEAR: 'AddResizeBilinear',
  RESIZE_NEAREST_NEIGHBOR: 'AddResizeNearestNeighbor',
  REVERSE_V2: 'AddReverseV2',
  ROUND: 'AddRound',
  RSQRT: 'AddRsqrt',
  SELECT_V2: 'AddSelectV2',
  SHAPE: 'AddShape',
  SIN: 'AddSin',
  SLICE: 'AddSlice',
  SOFTMAX: 'AddSoftmax',
  SPACE_TO_BATCH_ND: 'AddSpaceToBatchNd',
  SPACE_TO_DEPTH: 'AddSpaceToDepth',
  SPLIT: 'AddSplit',
  SPLIT_V: 'AddSplitV',
  SQRT: 'AddSqrt',
  SQUARE: 'AddSquare',
  SQUARED_DIFFERENCE: 'AddSquaredDifference',
  SQUEEZE: 'AddSqueeze',
  STRIDED_SLICE: 'AddStridedSlice',
  SUB: 'AddSub',
  SUM: 'AddSum',
  SVDF: 'AddSvdf',
  TANH: 'AddTanh',
  TFLITE_DETECTION_POSTPROCESS: 'AddDetectionPostprocess',
  TFLM_DECODE: 'AddDecode',
  TRANSPOSE: 'AddTranspose',
  TRANSPOSE_CONV: 'AddTransposeConv',
  UNIDIRECTIONAL_SEQUENCE_LSTM: 'AddUnidirectionalSequenceLSTM',
  UNPACK: 'AddUnpack',
  VAR_HANDLE: 'AddVarHandle',
  WHILE: 'AddWhile',
  ZEROS_LIKE: 'AddZerosLike',
};

/** Every operator that TFLM has: builtins by their name in the schema, a custom one by that of its code. */
export const TFLM_OPERATORS: readonly string[] = Object.keys(RESOLVER_METHODS);

/** Operators that came to TFLM after the snapshots of both Arduino libraries. */
const NEWER_THAN_ARDUINO: ReadonlySet<string> = new Set([
  'BATCH_MATMUL',
  'DYNAMIC_UPDATE_SLICE',
  'EMBEDDING_LOOKUP',
  'REDUCE_ALL',
  'REDUCE_MIN',
  'REVERSE_V2',
  'TFLM_DECODE',
]);

/** Libraries that sketches and firmware are built with. */
export const LIBRARIES = ['tflm', 'arduino-tflm', 'chirale'] as const;
/** One of `LIBRARIES`. */
export type Library = (typeof LIBRARIES)[number];

/** As the libraries name themselves. */
export const LIBRARY_NAMES: Readonly<Record<Library, string>> = {
  tflm: 'TensorFlow Lite Micro',
  'arduino-tflm': 'Arduino_TensorFlowLite',
  chirale: 'Chirale_TensorFLowLite',
};

/** `AddConv2D` for `CONV_2D`; undefined for operators that TFLM does not have. */
export function resolverMethod(operator: string): string | undefined {
  return Object.hasOwn(RESOLVER_METHODS, operator) ? RESOLVER_METHODS[operator] : undefined;
}

/** Whether a library has the operator at all; whether it takes its types is another matter. */
export function hasOperator(library: Library, operator: string): boolean {
  if (resolverMethod(operator) === undefined) return false;
  return library === 'tflm' || !NEWER_THAN_ARDUINO.has(operator);
}
