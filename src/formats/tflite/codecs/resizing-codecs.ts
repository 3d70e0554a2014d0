/** Rows of the codec table for operators that resize images. */

import { unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { AttributesOf, OpKind } from '../../../ops/index.ts';
import { type Codec, type FileOperator, optionsTable, versions } from '../codec.ts';
import { requireInputs, vector } from '../constant-operands.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  ResizeBilinearOptions,
  ResizeNearestNeighborOptions,
} from '../generated/tflite_generated.ts';

interface ResizeOptions {
  alignCorners(): boolean;
  halfPixelCenters(): boolean;
}

function readResize(operator: FileOperator, options: ResizeOptions): AttributesOf<'resize_bilinear'> {
  requireInputs(operator, 2);
  const size = operator.int32s(1);
  if (size.length !== 2)
    throw unsupportedError('bad-attributes', `resizes ${counted(size.length, 'axis', 'axes')} instead of 2`);
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

export const resizingCodecs = {
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
    version(query, { halfPixelCenters, alignCorners }) {
      const moved = halfPixelCenters || alignCorners;
      return moved ? versions(3, 3, 4)(query) : versions(1, 2, 4)(query);
    },
    read: (operator) => readResize(operator, operator.options(new ResizeNearestNeighborOptions())),
    writeOptions: optionsTable('ResizeNearestNeighborOptions', resizeFields),
    writeConstants: ({ size }) => ({ 1: vector(size) }),
  },
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
