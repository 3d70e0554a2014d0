import * as z from 'zod';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { type DepthwiseConvFloat, depthwiseConvFloat } from '../../kernels/float/depthwise_conv_2d.ts';
import { type DepthwiseConvInt8, depthwiseConvInt8 } from '../../kernels/int8/depthwise_conv_2d.ts';
import { type DepthwiseConvInt16, depthwiseConvInt16 } from '../../kernels/int16/depthwise_conv_2d.ts';
import { planDepthwiseFloat, planDepthwiseInt16 } from '../../kernels/simd/depthwise_conv_2d.ts';
import { planDepthwiseInt8 } from '../../kernels/simd/int8-depthwise.ts';
import { windowColumns } from '../columns.ts';
import { shapeError } from '../conditions.ts';
import { floatClamp, fusedActivationSchema } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { paddingSchema, pairSchema, positions, requireImage, type Sliding, windowOf } from '../window.ts';
import {
  checkConvolutionInt8,
  checkConvolutionInt16,
  type FloatWeightedOperands,
  type Int8WeightedOperands,
  type Int16WeightedOperands,
  planConstantWeights,
  prepareChannels,
  prepareInt16Channels,
  requireBiasLength,
  requireWeightedTypes,
  weightedForms,
  weightedLoop,
  weightedOperands,
} from './weighted.ts';

const attributes = z.strictObject({
  padding: paddingSchema,
  strides: pairSchema,
  dilations: pairSchema,
  /** Output channels for each channel of the input. */
  depthMultiplier: z.int().positive(),
  activation: fusedActivationSchema,
});

const FORMS = weightedForms(['int8', 'int4'], ['int64']);

/** Weights are [1, height, width, output channels]. */
const CHANNEL_AXIS = 3;

function slidingOf(options: z.infer<typeof attributes>, weights: Shape): Sliding {
  return { ...options, filter: [weights[1], weights[2]] };
}

export const depthwiseConv2d = defineOp({
  kind: 'depthwise_conv_2d',
  operands: weightedOperands,
  attributes,
  quantRule: { rule: 'weighted', weights: 1, bias: 2, axis: CHANNEL_AXIS, perChannel: 'always' },
  traits: {
    ...OPAQUE,
    clamps: true,
    columns: (options, axis, [, weights, bias]) =>
      weights.isConstant && bias?.isConstant !== false
        ? windowColumns(slidingOf(options, weights.shape), axis)
        : undefined,
  },

  infer(options, [input, weights, bias]) {
    const image = requireImage('the input', input);
    const [one, , , channels] = requireImage('the filter', weights);
    if (one !== 1 || channels !== image[3] * options.depthMultiplier) {
      throw shapeError(
        `a filter ${formatShape(weights)} does not make ${counted(options.depthMultiplier, 'channel')} of each of ${formatShape(input)}`,
      );
    }
    requireBiasLength(bias, channels);
    return [[image[0], ...positions(slidingOf(options, weights), image), channels]];
  },

  check(_, types, [output]) {
    requireWeightedTypes(types, output, FORMS);
  },

  macs([, weights], [output]) {
    return elementCount(output) * weights[1] * weights[2];
  },

  kernels: {
    float32: {
      prepare(options, [{ shape: input }, { shape: weights }], [{ shape: output }]): DepthwiseConvFloat {
        const { min, max } = floatClamp(options.activation);
        return {
          window: windowOf(slidingOf(options, weights), input, output),
          inputDepth: input[3],
          outputDepth: weights[CHANNEL_AXIS],
          clampMin: min,
          clampMax: max,
        };
      },
      build: (prepared) => weightedLoop(depthwiseConvFloat(prepared)),
      simd(prepared, operands: FloatWeightedOperands) {
        return planConstantWeights(operands, (weights, bias) => planDepthwiseFloat(prepared, weights, bias));
      },
    },

    int8: {
      check: (_, types, [output]) => checkConvolutionInt8(types, output, CHANNEL_AXIS),
      prepare(options, types, [output]): DepthwiseConvInt8 {
        const [{ shape: input }, { shape: weights }] = types;
        return {
          window: windowOf(slidingOf(options, weights), input, output.shape),
          inputDepth: input[3],
          ...prepareChannels(options.activation, types, output, CHANNEL_AXIS),
        };
      },
      build: (prepared) => weightedLoop(depthwiseConvInt8(prepared)),
      simd(prepared, operands: Int8WeightedOperands) {
        return planConstantWeights(operands, (weights, bias) => planDepthwiseInt8(prepared, weights, bias));
      },
    },

    int16: {
      check: (_, types, [output]) => checkConvolutionInt16(types, output, CHANNEL_AXIS, 64),
      prepare(options, types, [output]): DepthwiseConvInt16 {
        const [{ shape: input }, { shape: weights }] = types;
        return {
          window: windowOf(slidingOf(options, weights), input, output.shape),
          inputDepth: input[3],
          ...prepareInt16Channels(options.activation, types, output, CHANNEL_AXIS, 64),
        };
      },
      build: (prepared) => weightedLoop(depthwiseConvInt16(prepared)),
      simd(prepared, operands: Int16WeightedOperands) {
        return planConstantWeights(operands, (weights, bias) => planDepthwiseInt16(prepared, weights, bias));
      },
    },
  },
});
