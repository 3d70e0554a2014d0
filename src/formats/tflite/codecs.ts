/**
 * How every operator is stored in a `.tflite` file, one row each. Codes and versions are those of TensorFlow Lite; TFLM
 * looks at the code alone.
 */

import { unsupportedError } from '../../core/errors.ts';
import { sameShape, type TensorType } from '../../core/tensor.ts';
import type { AttributesOf, OpKind } from '../../ops/index.ts';
import { OP_KINDS } from '../../ops/index.ts';
import { fused, fusedField } from './activation-code.ts';
import { type Codec, isHybrid, optionsTable, type VersionQuery, versions } from './codec.ts';
import { accumulatorField, accumulatorOf } from './codecs/accumulator.ts';
import { codingCodecs } from './codecs/coding-codecs.ts';
import { convolutionCodecs } from './codecs/convolution-codecs.ts';
import { detectionCodecs } from './codecs/detection-codecs.ts';
import { mathCodecs, plain } from './codecs/math-codecs.ts';
import { movementCodecs } from './codecs/movement-codecs.ts';
import { recurrentCodecs } from './codecs/recurrent-codecs.ts';
import { reductionCodecs } from './codecs/reduction-codecs.ts';
import { repetitionCodecs } from './codecs/repetition-codecs.ts';
import { resizingCodecs } from './codecs/resizing-codecs.ts';
import { onlyInteger, requireInputs, scalar } from './constant-operands.ts';
import {
  ActivationFunctionType,
  AddOptions,
  BatchMatMulOptions,
  BuiltinOperator,
  BuiltinOptions,
  CumsumOptions,
  DivOptions,
  TensorType as FileType,
  FullyConnectedOptions,
  FullyConnectedOptionsWeightsFormat,
  L2NormOptions,
  LeakyReluOptions,
  MulOptions,
  SoftmaxOptions,
  SubOptions,
} from './generated/tflite_generated.ts';

/** Operands of different shapes, of more than four axes. */
function broadcastsAboveFour(a: TensorType | undefined, b: TensorType | undefined): boolean {
  const [first, second] = [a?.shape ?? [], b?.shape ?? []];
  return !sameShape(first, second) && Math.max(first.length, second.length) > 4;
}

/** A product that outgrows the output's scale needs the kernel of version 3. */
function mulVersion(query: VersionQuery): number {
  const [a, b, output] = [...query.inputs, ...query.outputs].map((type) =>
    type?.quant?.scheme === 'per-tensor' ? type.quant.scale : 0,
  );
  const outgrows = output > 0 && (a * b) / output >= 1;
  return outgrows ? versions(3, 3, 4)(query) : versions(1, 2, 4)(query);
}

/** TensorFlow Lite takes int16 scales for powers of 2 unless this says otherwise; TFLM does not look at it. */
function sumFields(attributes: AttributesOf<'add'>, { outputs: [output] }: VersionQuery) {
  const scales = output.dtype === 'int16' ? { pot_scale_int16: 0 } : {};
  return { ...fusedField(attributes), ...scales };
}

function fullyConnectedVersion(
  query: VersionQuery,
  { accumulator, keepNumDims }: AttributesOf<'fully_connected'>,
): number {
  if (accumulator !== undefined) return 11;
  if (isHybrid(query)) return query.inputs[1]?.quant?.scheme === 'per-axis' ? 12 : 9;
  if (query.inputs[1]?.dtype === 'int4') return 10;
  if (keepNumDims && query.inputs[0]?.dtype !== 'int16') return 5;
  return versions(1, 4, 7)(query);
}

/** By the type of the input; 1 for others. */
const DEQUANTIZE_VERSIONS: Readonly<Record<string, number>> = { int8: 2, int16: 3 };

function argExtremum(
  code: BuiltinOperator,
  options: BuiltinOptions,
  table: 'ArgMaxOptions' | 'ArgMinOptions',
): Codec<AttributesOf<'arg_max'>> {
  return {
    code,
    options,
    operandPositions: [0],
    version: versions(1, 2),
    // TFLM looks at the output's own type, not at the options.
    read: (operator) => ({ axis: operator.int32s(1)[0] }),
    writeOptions: optionsTable(table, () => ({ output_type: FileType.INT32 })),
    writeConstants: ({ axis }) => ({ 1: scalar(axis) }),
  };
}

export const codecs: { readonly [Kind in OpKind]: Codec<AttributesOf<Kind>> } = {
  ...movementCodecs,
  ...codingCodecs,
  ...detectionCodecs,
  ...convolutionCodecs,
  ...reductionCodecs,
  ...recurrentCodecs,
  ...repetitionCodecs,
  ...resizingCodecs,
  ...mathCodecs,
  add: {
    code: BuiltinOperator.ADD,
    options: BuiltinOptions.AddOptions,
    version: versions(1, 2, 3),
    read: (operator) => fused(operator.options(new AddOptions())),
    writeOptions: (attributes, file, query) => file.table('AddOptions', sumFields(attributes, query)),
  },
  add_n: plain(BuiltinOperator.ADD_N, 1, 1),
  arg_max: argExtremum(BuiltinOperator.ARG_MAX, BuiltinOptions.ArgMaxOptions, 'ArgMaxOptions'),
  arg_min: argExtremum(BuiltinOperator.ARG_MIN, BuiltinOptions.ArgMinOptions, 'ArgMinOptions'),
  batch_matmul: {
    code: BuiltinOperator.BATCH_MATMUL,
    options: BuiltinOptions.BatchMatMulOptions,
    version: versions(1, 2, 3),
    read(operator) {
      const options = operator.options(new BatchMatMulOptions());
      return { adjX: options.adjX(), adjY: options.adjY() };
    },
    writeOptions: optionsTable('BatchMatMulOptions', ({ adjX, adjY }) => ({
      adj_x: Number(adjX),
      adj_y: Number(adjY),
    })),
  },
  cumsum: {
    code: BuiltinOperator.CUMSUM,
    options: BuiltinOptions.CumsumOptions,
    operandPositions: [0],
    version: () => 1,
    read(operator) {
      requireInputs(operator, 2);
      const options = operator.options(new CumsumOptions());
      return {
        axis: onlyInteger(operator, 1),
        exclusive: options.exclusive(),
        reverse: options.reverse(),
      };
    },
    writeOptions: optionsTable('CumsumOptions', ({ exclusive, reverse }) => ({
      exclusive: Number(exclusive),
      reverse: Number(reverse),
    })),
    writeConstants: ({ axis }) => ({ 1: scalar(axis) }),
  },
  dequantize: {
    ...plain(BuiltinOperator.DEQUANTIZE, 1, 2),
    version: ({ inputs: [input] }) => DEQUANTIZE_VERSIONS[input?.dtype ?? ''] ?? 1,
  },
  div: {
    code: BuiltinOperator.DIV,
    options: BuiltinOptions.DivOptions,
    version: ({ inputs: [a, b] }) => (broadcastsAboveFour(a, b) ? 2 : 1),
    read: (operator) => fused(operator.options(new DivOptions())),
    writeOptions: optionsTable('DivOptions', fusedField),
  },
  elu: plain(BuiltinOperator.ELU, 1, 1),
  fully_connected: {
    code: BuiltinOperator.FULLY_CONNECTED,
    options: BuiltinOptions.FullyConnectedOptions,
    version: fullyConnectedVersion,
    read(operator) {
      const options = operator.options(new FullyConnectedOptions());
      if (options.weightsFormat() !== FullyConnectedOptionsWeightsFormat.DEFAULT) {
        throw unsupportedError('unsupported-weights', 'has its weights in a shuffled order');
      }
      return {
        ...fused(options),
        keepNumDims: options.keepNumDims(),
        ...accumulatorOf(operator, options),
      };
    },
    writeOptions: (attributes, file, query) =>
      file.table('FullyConnectedOptions', {
        ...fusedField(attributes),
        keep_num_dims: Number(attributes.keepNumDims),
        ...(isHybrid(query) ? { asymmetric_quantize_inputs: 1 } : {}),
        ...accumulatorField(attributes),
      }),
  },
  hard_swish: plain(BuiltinOperator.HARD_SWISH, 1, 1),
  l2_normalization: {
    code: BuiltinOperator.L2_NORMALIZATION,
    options: BuiltinOptions.L2NormOptions,
    version: versions(1, 2),
    read(operator) {
      const code = operator.options(new L2NormOptions()).fusedActivationFunction();
      if (code !== ActivationFunctionType.NONE) {
        throw unsupportedError(
          'unsupported-activation',
          'fuses an activation, which TensorFlow Lite Micro refuses here',
          'Make the activation a layer of its own.',
        );
      }
      return {};
    },
  },
  leaky_relu: {
    code: BuiltinOperator.LEAKY_RELU,
    options: BuiltinOptions.LeakyReluOptions,
    version: versions(1, 1, 2),
    read: (operator) => ({ alpha: operator.options(new LeakyReluOptions()).alpha() }),
    writeOptions: optionsTable('LeakyReluOptions', ({ alpha }) => ({ alpha })),
  },
  log_softmax: plain(BuiltinOperator.LOG_SOFTMAX, 1, 2),
  logistic: plain(BuiltinOperator.LOGISTIC, 1, 2, 3),
  maximum: plain(BuiltinOperator.MAXIMUM, 1, 2, 4),
  minimum: plain(BuiltinOperator.MINIMUM, 1, 2, 4),
  mul: {
    code: BuiltinOperator.MUL,
    options: BuiltinOptions.MulOptions,
    version: mulVersion,
    read: (operator) => fused(operator.options(new MulOptions())),
    writeOptions: optionsTable('MulOptions', fusedField),
  },
  prelu: plain(BuiltinOperator.PRELU, 1, 1, 1),
  quantize: {
    ...plain(BuiltinOperator.QUANTIZE, 1, 1),
    version: ({ outputs: [output] }) => (output.dtype === 'int16' ? 2 : 1),
  },
  relu: plain(BuiltinOperator.RELU, 1, 2, 3),
  relu6: plain(BuiltinOperator.RELU6, 1, 2, 3),
  reshape: {
    code: BuiltinOperator.RESHAPE,
    options: BuiltinOptions.ReshapeOptions,
    // TFLM ignores the shape operand and the options: the output's own shape counts.
    operandPositions: [0],
    version: () => 1,
    read: ({ outputs }) => ({ newShape: outputs[0].shape }),
    writeOptions: ({ newShape }, file) =>
      file.table('ReshapeOptions', { new_shape: file.scalars('int32', newShape) }),
  },
  softmax: {
    code: BuiltinOperator.SOFTMAX,
    options: BuiltinOptions.SoftmaxOptions,
    version: versions(1, 2, 3),
    read: (operator) => ({ beta: operator.options(new SoftmaxOptions()).beta() }),
    writeOptions: optionsTable('SoftmaxOptions', ({ beta }) => ({ beta })),
  },
  sub: {
    code: BuiltinOperator.SUB,
    options: BuiltinOptions.SubOptions,
    version: versions(1, 2, 5),
    read: (operator) => fused(operator.options(new SubOptions())),
    writeOptions: (attributes, file, query) => file.table('SubOptions', sumFields(attributes, query)),
  },
  tanh: plain(BuiltinOperator.TANH, 1, 2, 3),
};

/** The codec of a kind known at run time only; the operator's own schema has checked the attributes. */
export function codecOf(kind: OpKind): Codec<unknown> {
  return codecs[kind] as Codec<unknown>;
}

/** A builtin operator, or the name of a custom one: what a file lists once. */
export type OperatorKey = BuiltinOperator | string;

export function operatorKeyOf(kind: OpKind): OperatorKey {
  const { customName, code } = codecOf(kind);
  return customName ?? code;
}

const KIND_OF_CODE: ReadonlyMap<BuiltinOperator, OpKind> = new Map(
  OP_KINDS.filter((kind) => codecOf(kind).customName === undefined).map((kind) => [codecOf(kind).code, kind]),
);

/** Undefined for operators that tinyml does not know. */
export function kindOfCode(code: BuiltinOperator): OpKind | undefined {
  return KIND_OF_CODE.get(code);
}

const KIND_OF_NAME: ReadonlyMap<string | undefined, OpKind> = new Map(
  OP_KINDS.map((kind) => [codecOf(kind).customName, kind]),
);

/** Undefined for custom operators that tinyml does not know. */
export function kindOfCustomName(name: string): OpKind | undefined {
  return KIND_OF_NAME.get(name);
}
