import { l2NormalizationFloat } from '../../kernels/float/normalize.ts';
import { l2NormalizationInt8 } from '../../kernels/int8/l2_normalization.ts';
import { outsideRows } from '../columns.ts';
import { requirePerTensor } from '../conditions.ts';
import { requireRank } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { checkQuantizedUnary, checkUnary, noAttributes, noMacs, unaryLoop, unaryOperands } from '../unary.ts';

/** Rows along the last axis, to length 1. */
export const l2Normalization = defineOp({
  kind: 'l2_normalization',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: {
    rule: 'fixed-output',
    outputs: { int8: { scale: 1 / 128, zeroPoint: 0 } },
    isOftenFiner: true,
  },
  traits: { ...OPAQUE, columns: outsideRows },
  infer(_, [input]) {
    requireRank(input, 1, 4);
    return [input];
  },
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: {
      prepare: (_, [input]) => ({ depth: input.shape.at(-1) ?? 1 }),
      build: ({ depth }) =>
        unaryLoop<Float32Array, Float32Array>((input, output) => l2NormalizationFloat(depth, input, output)),
    },
    int8: {
      check: checkQuantizedUnary,
      prepare: (_, [input]) => ({
        depth: input.shape.at(-1) ?? 1,
        inputZeroPoint: requirePerTensor('the input', input).zeroPoint,
      }),
      build: (prepared) => unaryLoop(l2NormalizationInt8(prepared)),
    },
  },
});
