import * as z from 'zod';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { type TransposeConvFloat, transposeConvFloat } from '../../kernels/float/transpose_conv.ts';
import { type TransposeConvInt8, transposeConvInt8 } from '../../kernels/int8/transpose_conv.ts';
import { type TransposeConvInt16, transposeConvInt16 } from '../../kernels/int16/transpose_conv.ts';
import { planTransposeConvFloat, planTransposeConvInt8 } from '../../kernels/simd/weighted/transpose_conv.ts';
import type { Window } from '../../kernels/window.ts';
import { shapeError } from '../conditions.ts';
import { floatClamp, fusedActivationSchema } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { NOT_DILATED, namedPaddingSchema, pairSchema, requireImage, windowOf } from '../window.ts';
import {
  checkConvolutionInt8,
  checkConvolutionInt16,
  type FloatWeightedOperands,
  type Int8WeightedOperands,
  planConstantWeights,
  prepareChannels,
  prepareInt16Channels,
  requireBiasLength,
  requireWeightedTypes,
  weightedForms,
  weightedLoop,
  weightedOperands,
} from './weighted.ts';

const dimension = z.int().positive();

const attributes = z.strictObject({
  padding: namedPaddingSchema,
  strides: pairSchema,
  /** Several sizes of output can belong to one of the input; TFLM clips what falls outside the one that is given. */
  outputShape: z.tuple([dimension, dimension, dimension, dimension]).readonly(),
  activation: fusedActivationSchema,
});

/** TFLM widens an int16 bias into a buffer of its own. */
const FORMS = weightedForms(['int8'], ['int64', 'int16']);

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
  // The Arduino libraries and CMSIS-NN pass over its activation, so nothing is fused into it.
  traits: OPAQUE,

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
    requireWeightedTypes(types, output, FORMS);
  },

  macs([input, weights]) {
    return (elementCount(input) * elementCount(weights)) / weights[3];
  },

  kernels: {
    float32: {
      prepare(options, [{ shape: input }, { shape: weights }]): TransposeConvFloat {
        const { min, max } = floatClamp(options.activation);
        return {
          window: transposedWindow(options, input, weights),
          inputDepth: input[3],
          outputDepth: weights[CHANNEL_AXIS],
          clampMin: min,
          clampMax: max,
        };
      },
      build: (prepared) => weightedLoop(transposeConvFloat(prepared)),
      simd(prepared, operands: FloatWeightedOperands) {
        return planConstantWeights(operands, (weights, bias) =>
          planTransposeConvFloat(prepared, weights, bias),
        );
      },
    },

    int8: {
      check: (_, types, [output]) => checkConvolutionInt8(types, output, CHANNEL_AXIS),
      prepare(options, types, [output]): TransposeConvInt8 {
        const [{ shape: input }, { shape: weights }] = types;
        return {
          window: transposedWindow(options, input, weights),
          inputDepth: input[3],
          ...prepareChannels(options.activation, types, output, CHANNEL_AXIS),
        };
      },
      build: (prepared) => weightedLoop(transposeConvInt8(prepared)),
      simd(prepared, operands: Int8WeightedOperands) {
        return planConstantWeights(operands, (weights, bias) =>
          planTransposeConvInt8(prepared, weights, bias),
        );
      },
    },

    int16: {
      check: (_, types, [output]) => checkConvolutionInt16(types, output, CHANNEL_AXIS, 64),
      prepare(options, types, [output]): TransposeConvInt16 {
        const [{ shape: input }, { shape: weights }] = types;
        return {
          window: transposedWindow(options, input, weights),
          inputDepth: input[3],
          ...prepareInt16Channels(options.activation, types, output, CHANNEL_AXIS, 64),
        };
      },
      build: (prepared) => weightedLoop(transposeConvInt16(prepared)),
    },
  },
});
