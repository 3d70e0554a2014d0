/** Rows of the codec table for operators that pad. */

import type { AttributesOf, OpKind } from '../../../../ops/index.ts';
import { type Codec, optionsTable, versions } from '../../codec.ts';
import { requireInputs } from '../../constant-operands.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  MirrorPadMode,
  MirrorPadOptions,
} from '../../generated/tflite_generated.ts';
import { pairs, pairsOf } from './pairs.ts';
import { rankVersions } from './rank-versions.ts';

export const paddingCodecs = {
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
  pad: {
    code: BuiltinOperator.PAD,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: rankVersions(2, 3, 4),
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
    version: rankVersions(2, 3, 4),
    read(operator) {
      requireInputs(operator, 3);
      return { paddings: pairsOf(operator.int32s(1)) };
    },
    writeConstants: ({ paddings }) => ({ 1: pairs(paddings) }),
  },
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
