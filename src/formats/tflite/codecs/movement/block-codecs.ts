/** Rows of the codec table for operators that move blocks of pixels into channels or batches, and back. */

import type { AttributesOf, OpKind } from '../../../../ops/index.ts';
import { type Codec, optionsTable, versions } from '../../codec.ts';
import { requireInputs, vector } from '../../constant-operands.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  DepthToSpaceOptions,
  SpaceToDepthOptions,
} from '../../generated/tflite_generated.ts';
import { pairs, pairsOf } from './pairs.ts';
import { rankOf } from './rank-versions.ts';

/** Space and batch: version 3 for images without a width. */
const imageVersion: Codec<unknown>['version'] = (query) =>
  rankOf(query.inputs) === 4 ? versions(1, 2)(query) : 3;

export const blockCodecs = {
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
  depth_to_space: {
    code: BuiltinOperator.DEPTH_TO_SPACE,
    options: BuiltinOptions.DepthToSpaceOptions,
    version: versions(1, 2),
    read: (operator) => ({ blockSize: operator.options(new DepthToSpaceOptions()).blockSize() }),
    writeOptions: optionsTable('DepthToSpaceOptions', ({ blockSize }) => ({ block_size: blockSize })),
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
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
