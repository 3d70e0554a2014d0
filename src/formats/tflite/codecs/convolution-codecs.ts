/** How convolutions and pooling are stored: strides and dilations as scalars, width first. */

import { internalError, unsupportedError } from '../../../core/errors.ts';
import type { Shape } from '../../../core/tensor.ts';
import type { AttributesOf } from '../../../ops/index.ts';
import type { NamedPadding, Padding } from '../../../ops/window.ts';
import { fused, fusedField } from '../activation-code.ts';
import { type Codec, isHybrid, optionsTable, type VersionQuery, versions } from '../codec.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  Conv2DOptions,
  DepthwiseConv2DOptions,
  Padding as FilePadding,
  Pool2DOptions,
  TransposeConvOptions,
} from '../generated/tflite_generated.ts';
import {
  type DilatedOptions,
  dilationsOf,
  filterOf,
  type StridedOptions,
  stridesOf,
} from '../window-options.ts';
import { accumulatorField, accumulatorOf } from './accumulator.ts';

function paddingOf(code: FilePadding): NamedPadding {
  if (code === FilePadding.SAME) return 'same';
  if (code === FilePadding.VALID) return 'valid';
  throw unsupportedError('unsupported-padding', `has the padding ${code}, which is neither SAME nor VALID`);
}

interface Strided {
  readonly padding: NamedPadding;
  readonly strides: readonly [number, number];
}

function strided(options: StridedOptions): Strided {
  return { padding: paddingOf(options.padding()), strides: stridesOf(options) };
}

/** A padding in pixels is a bug of who made the graph: only C without an interpreter is made of such. */
function stridedFields({ padding, strides }: Pick<Strided, 'strides'> & { readonly padding: Padding }) {
  if (typeof padding === 'object') {
    throw internalError(
      'unwritable-padding',
      'A padding in pixels cannot be written as .tflite: files have SAME and VALID.',
    );
  }
  const code = padding === 'same' ? FilePadding.SAME : FilePadding.VALID;
  return { padding: code, stride_h: strides[0], stride_w: strides[1] };
}

interface Dilated {
  readonly dilations: readonly [number, number];
}

function dilated(options: DilatedOptions): Dilated {
  return { dilations: dilationsOf(options) };
}

function dilatedFields({ dilations }: Dilated) {
  return { dilation_h_factor: dilations[0], dilation_w_factor: dilations[1] };
}

/** Weights of less depth than the input are those of groups. */
function convVersion(query: VersionQuery, accumulator: 'int32' | undefined): number {
  const [input, weights] = query.inputs;
  if (accumulator !== undefined) return 8;
  if (weights?.dtype === 'int4') return 7;
  if (input?.shape[3] !== weights?.shape[3]) return 6;
  return isHybrid(query) ? 5 : versions(1, 3, 4)(query);
}

function depthwiseVersion(query: VersionQuery, { dilations }: Dilated): number {
  if (query.inputs[1]?.dtype === 'int4') return 7;
  if (isHybrid(query)) return 6;
  return versions(dilations.some((dilation) => dilation > 1) ? 2 : 1, 3, 5)(query);
}

function transposeConvVersion(query: VersionQuery, activation: string): number {
  if (activation !== 'none') return 4;
  return query.inputs[2] === undefined ? versions(1, 2, 2)(query) : 3;
}

/** Refused by its own shape check if it is no image. */
function imageShape(shape: Shape): readonly [number, number, number, number] {
  return shape as readonly [number, number, number, number];
}

function poolCodec(code: BuiltinOperator): Codec<AttributesOf<'max_pool_2d'>> {
  return {
    code,
    options: BuiltinOptions.Pool2DOptions,
    version: versions(1, 2, 3),
    read(operator) {
      const options = operator.options(new Pool2DOptions());
      return { ...strided(options), ...fused(options), filter: filterOf(options) };
    },
    writeOptions: optionsTable('Pool2DOptions', (attributes) => ({
      ...stridedFields(attributes),
      ...fusedField(attributes),
      filter_height: attributes.filter[0],
      filter_width: attributes.filter[1],
    })),
  };
}

type Kind =
  | 'conv_2d'
  | 'depthwise_conv_2d'
  | 'transpose_conv'
  | 'average_pool_2d'
  | 'l2_pool_2d'
  | 'max_pool_2d';

export const convolutionCodecs: { readonly [K in Kind]: Codec<AttributesOf<K>> } = {
  average_pool_2d: poolCodec(BuiltinOperator.AVERAGE_POOL_2D),
  conv_2d: {
    code: BuiltinOperator.CONV_2D,
    options: BuiltinOptions.Conv2DOptions,
    trimsAbsent: true,
    version: (query, { accumulator }) => convVersion(query, accumulator),
    read(operator) {
      const options = operator.options(new Conv2DOptions());
      return {
        ...strided(options),
        ...dilated(options),
        ...fused(options),
        ...accumulatorOf(operator, options),
      };
    },
    writeOptions: optionsTable('Conv2DOptions', (attributes) => ({
      ...stridedFields(attributes),
      ...dilatedFields(attributes),
      ...fusedField(attributes),
      ...accumulatorField(attributes),
    })),
  },
  depthwise_conv_2d: {
    code: BuiltinOperator.DEPTHWISE_CONV_2D,
    options: BuiltinOptions.DepthwiseConv2DOptions,
    trimsAbsent: true,
    version: depthwiseVersion,
    read(operator) {
      const options = operator.options(new DepthwiseConv2DOptions());
      return {
        ...strided(options),
        ...dilated(options),
        ...fused(options),
        depthMultiplier: options.depthMultiplier(),
      };
    },
    writeOptions: optionsTable('DepthwiseConv2DOptions', (attributes) => ({
      ...stridedFields(attributes),
      ...dilatedFields(attributes),
      ...fusedField(attributes),
      depth_multiplier: attributes.depthMultiplier,
    })),
  },
  l2_pool_2d: poolCodec(BuiltinOperator.L2_POOL_2D),
  max_pool_2d: poolCodec(BuiltinOperator.MAX_POOL_2D),
  transpose_conv: {
    code: BuiltinOperator.TRANSPOSE_CONV,
    options: BuiltinOptions.TransposeConvOptions,
    operandPositions: [2, 1, 3],
    trimsAbsent: true,
    version: (query, { activation }) => transposeConvVersion(query, activation),
    read(operator) {
      const options = operator.options(new TransposeConvOptions());
      // TFLM ignores the operand with the shape: the output's own counts.
      return { ...strided(options), ...fused(options), outputShape: imageShape(operator.outputs[0].shape) };
    },
    writeOptions: optionsTable('TransposeConvOptions', (attributes) => ({
      ...stridedFields(attributes),
      ...fusedField(attributes),
    })),
    writeConstants: ({ outputShape }) => ({ 0: { shape: [4], values: outputShape } }),
  },
};
