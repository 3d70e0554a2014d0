import { z } from 'zod';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { type TransposeConvFloat, transposeConvFloat } from '../../kernels/float/transpose_conv.ts';
import { type TransposeConvInt8, transposeConvInt8 } from '../../kernels/int8/transpose_conv.ts';
import type { Window } from '../../kernels/window.ts';
import { shapeError } from '../conditions.ts';
import { floatClamp, fusedActivationSchema } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { NOT_DILATED, paddingSchema, pairSchema, requireImage, windowOf } from '../window.ts';
import {
  checkConvolution,
  type FloatWeighted,
  type Int8Weighted,
  prepareChannels,
  requireBiasLength,
  weightedOperands,
} from './weighted.ts';

const dimension = z.int().positive();

const attributes = z.strictObject({
  padding: paddingSchema,
  strides: pairSchema,
  /** Several sizes of output can belong to one of the input; TFLM clips what falls outside the one that is given. */
  outputShape: z.tuple([dimension, dimension, dimension, dimension]).readonly(),
  activation: fusedActivationSchema,
});

/** Weights are [output channels, height, width, input channels]. */
const CHANNEL_AXIS = 0;

function transposedWindow(options: z.infer<typeof attributes>, input: Shape, weights: Shape): Window {
  const { outputShape } = options;
  const sliding = { ...options, filter: [weights[1], weights[2]], dilations: NOT_DILATED } as const;
  return windowOf(sliding, input, outputShape, outputShape);
}

export const transposeConv = defineOp({
  kind: 'transpose_conv',
  operands: weightedOperands,
  attributes,
  quantRule: { rule: 'weighted', weights: 1, bias: 2, axis: CHANNEL_AXIS, perChannel: 'always' },

  infer({ outputShape }, [input, weights, bias]) {
    const image = requireImage('the input', input);
    const [channels, , , depth] = requireImage('the filter', weights);
    if (depth !== image[3] || channels !== outputShape[3] || image[0] !== outputShape[0]) {
      throw shapeError(
        `a filter ${formatShape(weights)} does not make ${formatShape(outputShape)} of ${formatShape(input)}`,
      );
    }
    requireBiasLength(bias, channels);
    return [outputShape];
  },

  check(_, types, [output]) {
    checkConvolution(types, output, CHANNEL_AXIS);
  },

  macs([input, weights]) {
    return (elementCount(input) * elementCount(weights)) / weights[3];
  },

  float: {
    prepare(options, [{ shape: input }, { shape: weights }]): TransposeConvFloat {
      const { min, max } = floatClamp(options.activation);
      return {
        window: transposedWindow(options, input, weights),
        inputDepth: input[3],
        sums: new Float32Array(weights[CHANNEL_AXIS]),
        clampMin: min,
        clampMax: max,
      };
    },
    run(
      prepared: TransposeConvFloat,
      [input, weights, bias]: FloatWeighted,
      [output]: readonly [Float32Array],
    ) {
      transposeConvFloat(prepared, input, weights, bias, output);
    },
  },

  int8: {
    prepare(options, types, [output]): TransposeConvInt8 {
      const [{ shape: input }, { shape: weights }] = types;
      return {
        window: transposedWindow(options, input, weights),
        inputDepth: input[3],
        ...prepareChannels(options.activation, types, output, CHANNEL_AXIS),
      };
    },
    run(prepared: TransposeConvInt8, [input, weights, bias]: Int8Weighted, [output]: readonly [Int8Array]) {
      transposeConvInt8(prepared, input, weights, bias, output);
    },
  },
});
