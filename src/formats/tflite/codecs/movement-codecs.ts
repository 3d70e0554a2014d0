/** Rows of the codec table for operators that move elements. Most keep their attributes in constant inputs. */

import { unsupportedError } from '../../../core/errors.ts';
import type { TensorType } from '../../../core/tensor.ts';
import type { AttributesOf, OpKind } from '../../../ops/index.ts';
import { type Codec, type FileOperator, type IntegerConstant, optionsTable, versions } from '../codec.ts';
import { onlyInteger, requireInputs, scalar, vector } from '../constant-operands.ts';
import {
  ActivationFunctionType,
  BuiltinOperator,
  BuiltinOptions,
  ConcatenationOptions,
  DepthToSpaceOptions,
  GatherOptions,
  MirrorPadMode,
  MirrorPadOptions,
  PackOptions,
  ResizeBilinearOptions,
  ResizeNearestNeighborOptions,
  SpaceToDepthOptions,
  SqueezeOptions,
  StridedSliceOptions,
  UnpackOptions,
} from '../generated/tflite_generated.ts';

type Pair = readonly [number, number];

function pairsOf(values: readonly number[]): Pair[] {
  if (values.length % 2 !== 0) {
    throw unsupportedError('bad-attributes', `has ${values.length} paddings, which are not pairs`);
  }
  return Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
}

function pairs(values: readonly Pair[]): IntegerConstant {
  return { shape: [values.length, 2], values: values.flat() };
}

const rankOf = (types: readonly (TensorType | undefined)[]): number => types[0]?.shape.length ?? 0;

/** Operators that got a new version where they learnt more than four axes. */
function rankVersions(int8: number, manyAxes: number): Codec<unknown>['version'] {
  return (query) => (rankOf(query.inputs) > 4 ? manyAxes : versions(1, int8)(query));
}

/** Space and batch: version 3 for images without a width. */
const imageVersion: Codec<unknown>['version'] = (query) =>
  rankOf(query.inputs) === 4 ? versions(1, 2)(query) : 3;

interface ResizeOptions {
  alignCorners(): boolean;
  halfPixelCenters(): boolean;
}

function readResize(operator: FileOperator, options: ResizeOptions): AttributesOf<'resize_bilinear'> {
  requireInputs(operator, 2);
  const size = operator.int32s(1);
  if (size.length !== 2) throw unsupportedError('bad-attributes', `resizes ${size.length} axes instead of 2`);
  return {
    size: [size[0], size[1]],
    alignCorners: options.alignCorners(),
    halfPixelCenters: options.halfPixelCenters(),
  };
}

const resizeFields = ({ alignCorners, halfPixelCenters }: AttributesOf<'resize_bilinear'>) => ({
  align_corners: Number(alignCorners),
  half_pixel_centers: Number(halfPixelCenters),
});

/** The counts that PACK and UNPACK repeat; TFLM steps by them. */
function requireCount(count: number, actual: number): void {
  if (count !== actual) {
    throw unsupportedError('operand-count', `says it has ${count} parts, but it has ${actual}`);
  }
}

function refuseSliceOptions(options: StridedSliceOptions): void {
  const special: readonly (readonly [boolean, string])[] = [
    [options.ellipsisMask() !== 0, 'an ellipsis'],
    [options.newAxisMask() !== 0, 'new axes'],
    [options.offset(), 'ends counted from the beginnings'],
  ];
  for (const [is, what] of special) {
    if (is) {
      throw unsupportedError('slice-mode', `uses ${what}, which TensorFlow Lite Micro does not compute`);
    }
  }
}

const concatenation: Codec<AttributesOf<'concatenation'>> = {
  code: BuiltinOperator.CONCATENATION,
  options: BuiltinOptions.ConcatenationOptions,
  version: versions(1, 2),
  read(operator) {
    const options = operator.options(new ConcatenationOptions());
    if (options.fusedActivationFunction() !== ActivationFunctionType.NONE) {
      throw unsupportedError(
        'unsupported-activation',
        'fuses an activation, which TensorFlow Lite Micro refuses here',
        'Make the activation a layer of its own.',
      );
    }
    return { axis: options.axis(), activation: 'none' };
  },
  writeOptions: optionsTable('ConcatenationOptions', ({ axis }) => ({ axis })),
};

const stridedSlice: Codec<AttributesOf<'strided_slice'>> = {
  code: BuiltinOperator.STRIDED_SLICE,
  options: BuiltinOptions.StridedSliceOptions,
  operandPositions: [0],
  version: versions(1, 2),
  read(operator) {
    requireInputs(operator, 4);
    const options = operator.options(new StridedSliceOptions());
    refuseSliceOptions(options);
    return {
      begin: operator.int32s(1),
      end: operator.int32s(2),
      strides: operator.int32s(3),
      beginMask: options.beginMask(),
      endMask: options.endMask(),
      shrinkAxisMask: options.shrinkAxisMask(),
    };
  },
  writeOptions: optionsTable('StridedSliceOptions', ({ beginMask, endMask, shrinkAxisMask }) => ({
    begin_mask: beginMask,
    end_mask: endMask,
    shrink_axis_mask: shrinkAxisMask,
  })),
  writeConstants: ({ begin, end, strides }) => ({ 1: vector(begin), 2: vector(end), 3: vector(strides) }),
};

const gather: Codec<AttributesOf<'gather'>> = {
  code: BuiltinOperator.GATHER,
  options: BuiltinOptions.GatherOptions,
  version: (query, { batchDims }) => (batchDims !== 0 ? 5 : versions(1, 2)(query)),
  read(operator) {
    requireInputs(operator, 2);
    const options = operator.options(new GatherOptions());
    const shape = operator.inputs[0]?.shape ?? [];
    const size = shape.at(options.axis()) ?? 0;
    const outside = operator.int32s(1).find((index) => !(index >= 0 && index < size));
    if (outside !== undefined) {
      throw unsupportedError('index-range', `takes element ${outside} of an axis of ${size}`);
    }
    return { axis: options.axis(), batchDims: options.batchDims() };
  },
  writeOptions: optionsTable('GatherOptions', ({ axis, batchDims }) => ({ axis, batch_dims: batchDims })),
};

/** Where the sizes are the outputs' own: TFLM ignores the operand that repeats them. */
const splitV: Codec<AttributesOf<'split_v'>> = {
  code: BuiltinOperator.SPLIT_V,
  options: BuiltinOptions.SplitVOptions,
  operandPositions: [0],
  version: versions(1, 2),
  read(operator) {
    requireInputs(operator, 3);
    const axis = onlyInteger(operator, 2);
    return { axis, sizes: operator.outputs.map(({ shape }) => shape.at(axis) ?? 0) };
  },
  writeOptions: optionsTable('SplitVOptions', ({ sizes }) => ({ num_splits: sizes.length })),
  writeConstants: ({ axis, sizes }) => ({ 1: vector(sizes), 2: scalar(axis) }),
};

export const movementCodecs = {
  batch_to_space_nd: {
    code: BuiltinOperator.BATCH_TO_SPACE_ND,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: imageVersion,
    read(operator) {
      requireInputs(operator, 3);
      return { blockShape: operator.int32s(1), crops: pairsOf(operator.int32s(2)) };
    },
    writeConstants: ({ blockShape, crops }) => ({ 1: vector(blockShape), 2: pairs(crops) }),
  },
  concatenation,
  depth_to_space: {
    code: BuiltinOperator.DEPTH_TO_SPACE,
    options: BuiltinOptions.DepthToSpaceOptions,
    version: versions(1, 2),
    read: (operator) => ({ blockSize: operator.options(new DepthToSpaceOptions()).blockSize() }),
    writeOptions: optionsTable('DepthToSpaceOptions', ({ blockSize }) => ({ block_size: blockSize })),
  },
  expand_dims: {
    code: BuiltinOperator.EXPAND_DIMS,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: () => 1,
    read(operator) {
      requireInputs(operator, 2);
      return { axis: onlyInteger(operator, 1) };
    },
    writeConstants: ({ axis }) => ({ 1: scalar(axis) }),
  },
  gather,
  mirror_pad: {
    code: BuiltinOperator.MIRROR_PAD,
    options: BuiltinOptions.MirrorPadOptions,
    operandPositions: [0],
    version: versions(1, 2),
    read(operator) {
      requireInputs(operator, 2);
      const mode = operator.options(new MirrorPadOptions()).mode();
      return {
        paddings: pairsOf(operator.integers(1)),
        mode: mode === MirrorPadMode.REFLECT ? 'reflect' : 'symmetric',
      };
    },
    writeOptions: optionsTable('MirrorPadOptions', ({ mode }) => ({
      mode: mode === 'reflect' ? MirrorPadMode.REFLECT : MirrorPadMode.SYMMETRIC,
    })),
    writeConstants: ({ paddings }) => ({ 1: pairs(paddings) }),
  },
  pack: {
    code: BuiltinOperator.PACK,
    options: BuiltinOptions.PackOptions,
    version: versions(1, 2),
    read(operator) {
      const options = operator.options(new PackOptions());
      requireCount(options.valuesCount(), operator.inputs.length);
      return { axis: options.axis() };
    },
    writeOptions: ({ axis }, file, { inputs }) =>
      file.table('PackOptions', { values_count: inputs.length, axis }),
  },
  pad: {
    code: BuiltinOperator.PAD,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: rankVersions(2, 4),
    read(operator) {
      requireInputs(operator, 2);
      return { paddings: pairsOf(operator.int32s(1)) };
    },
    writeConstants: ({ paddings }) => ({ 1: pairs(paddings) }),
  },
  padv2: {
    code: BuiltinOperator.PADV2,
    options: BuiltinOptions.NONE,
    operandPositions: [0, 2],
    version: rankVersions(2, 4),
    read(operator) {
      requireInputs(operator, 3);
      return { paddings: pairsOf(operator.int32s(1)) };
    },
    writeConstants: ({ paddings }) => ({ 1: pairs(paddings) }),
  },
  resize_bilinear: {
    code: BuiltinOperator.RESIZE_BILINEAR,
    options: BuiltinOptions.ResizeBilinearOptions,
    operandPositions: [0],
    version: (query, { halfPixelCenters }) => (halfPixelCenters ? 3 : versions(1, 2)(query)),
    read: (operator) => readResize(operator, operator.options(new ResizeBilinearOptions())),
    writeOptions: optionsTable('ResizeBilinearOptions', resizeFields),
    writeConstants: ({ size }) => ({ 1: vector(size) }),
  },
  resize_nearest_neighbor: {
    code: BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
    options: BuiltinOptions.ResizeNearestNeighborOptions,
    operandPositions: [0],
    version: (query, { halfPixelCenters, alignCorners }) =>
      halfPixelCenters || alignCorners ? 3 : versions(1, 2)(query),
    read: (operator) => readResize(operator, operator.options(new ResizeNearestNeighborOptions())),
    writeOptions: optionsTable('ResizeNearestNeighborOptions', resizeFields),
    writeConstants: ({ size }) => ({ 1: vector(size) }),
  },
  slice: {
    code: BuiltinOperator.SLICE,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: rankVersions(2, 5),
    read(operator) {
      requireInputs(operator, 3);
      return { begin: operator.integers(1), size: operator.integers(2) };
    },
    writeConstants: ({ begin, size }) => ({ 1: vector(begin), 2: vector(size) }),
  },
  space_to_batch_nd: {
    code: BuiltinOperator.SPACE_TO_BATCH_ND,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: imageVersion,
    read(operator) {
      requireInputs(operator, 3);
      return { blockShape: operator.int32s(1), paddings: pairsOf(operator.int32s(2)) };
    },
    writeConstants: ({ blockShape, paddings }) => ({ 1: vector(blockShape), 2: pairs(paddings) }),
  },
  space_to_depth: {
    code: BuiltinOperator.SPACE_TO_DEPTH,
    options: BuiltinOptions.SpaceToDepthOptions,
    version: versions(1, 2),
    read: (operator) => ({ blockSize: operator.options(new SpaceToDepthOptions()).blockSize() }),
    writeOptions: optionsTable('SpaceToDepthOptions', ({ blockSize }) => ({ block_size: blockSize })),
  },
  split: {
    code: BuiltinOperator.SPLIT,
    options: BuiltinOptions.SplitOptions,
    operandPositions: [1],
    version: versions(1, 2),
    // TFLM counts the outputs, not what the options say.
    read(operator) {
      requireInputs(operator, 2);
      return { axis: onlyInteger(operator, 0), count: operator.outputs.length };
    },
    writeOptions: optionsTable('SplitOptions', ({ count }) => ({ num_splits: count })),
    writeConstants: ({ axis }) => ({ 0: scalar(axis) }),
  },
  split_v: splitV,
  squeeze: {
    code: BuiltinOperator.SQUEEZE,
    options: BuiltinOptions.SqueezeOptions,
    version: () => 1,
    read(operator) {
      const options = operator.options(new SqueezeOptions());
      const count = options.squeezeDimsLength();
      if (count > rankOf(operator.inputs)) {
        throw unsupportedError('bad-attributes', `drops ${count} axes, more than there are`);
      }
      return { axes: Array.from({ length: count }, (_, i) => options.squeezeDims(i) ?? 0) };
    },
    writeOptions: ({ axes }, file) =>
      file.table('SqueezeOptions', { squeeze_dims: file.scalars('int32', axes) }),
  },
  strided_slice: stridedSlice,
  transpose: {
    code: BuiltinOperator.TRANSPOSE,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: rankVersions(2, 4),
    read(operator) {
      requireInputs(operator, 2);
      return { permutation: operator.int32s(1) };
    },
    writeConstants: ({ permutation }) => ({ 1: vector(permutation) }),
  },
  unpack: {
    code: BuiltinOperator.UNPACK,
    options: BuiltinOptions.UnpackOptions,
    version: versions(1, 2),
    read(operator) {
      const options = operator.options(new UnpackOptions());
      requireCount(options.num(), operator.outputs.length);
      return { axis: options.axis() };
    },
    writeOptions: ({ axis }, file, { outputs }) => file.table('UnpackOptions', { num: outputs.length, axis }),
  },
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
