import * as z from 'zod';
import { elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { type ConvFloat, convFloat } from '../../kernels/float/conv_2d.ts';
import { type ConvInt8, convInt8 } from '../../kernels/int8/conv_2d.ts';
import { type ConvInt16, convInt16 } from '../../kernels/int16/conv_2d.ts';
import { planConvFloat, planConvInt8, planConvInt16 } from '../../kernels/simd/conv_2d.ts';
import { windowColumns } from '../columns.ts';
import { shapeError } from '../conditions.ts';
import { floatClamp, fusedActivationSchema } from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { paddingSchema, pairSchema, positions, requireImage, type Sliding, windowOf } from '../window.ts';
import {
  accumulatorBits,
  accumulatorSchema,
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
  activation: fusedActivationSchema,
  accumulator: accumulatorSchema,
});

const FORMS = weightedForms(['int8', 'int4'], ['int64', 'int32']);

/** Weights are [output channels, height, width, depth of a group]. */
const CHANNEL_AXIS = 0;

function slidingOf(options: z.infer<typeof attributes>, weights: Shape): Sliding {
  return { ...options, filter: [weights[1], weights[2]] };
}

/** Weights of less depth than the input see a part of it each: as many groups of channels as there are parts. */
function groupsOf(input: Shape, weights: Shape): number {
  return input[3] / weights[3];
}

export const conv2d = defineOp({
  kind: 'conv_2d',
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
    const [channels] = requireImage('the filter', weights);
    const groups = groupsOf(input, weights);
    if (!Number.isInteger(groups) || channels % groups !== 0) {
      throw shapeError(`a filter ${formatShape(weights)} does not divide the depth of ${formatShape(input)}`);
    }
    requireBiasLength(bias, channels);
    return [[image[0], ...positions(slidingOf(options, weights), image), channels]];
  },

  check(_, types, [output]) {
    requireWeightedTypes(types, output, FORMS);
  },

  macs([, weights], [output]) {
    return (elementCount(output) * elementCount(weights)) / weights[CHANNEL_AXIS];
  },

  kernels: {
    float32: {
      prepare(options, [{ shape: input }, { shape: weights }], [{ shape: output }]): ConvFloat {
        const { min, max } = floatClamp(options.activation);
        return {
          window: windowOf(slidingOf(options, weights), input, output),
          inputDepth: input[3],
          groups: groupsOf(input, weights),
          outputDepth: weights[CHANNEL_AXIS],
          clampMin: min,
          clampMax: max,
        };
      },
      build: (prepared) => weightedLoop(convFloat(prepared)),
      simd(prepared, operands: FloatWeightedOperands) {
        return planConstantWeights(operands, (weights, bias) => planConvFloat(prepared, weights, bias));
      },
    },

    int8: {
      check: (_, types, [output]) => checkConvolutionInt8(types, output, CHANNEL_AXIS),
      prepare(options, types, [output]): ConvInt8 {
        const [{ shape: input }, { shape: weights }] = types;
        return {
          window: windowOf(slidingOf(options, weights), input, output.shape),
          inputDepth: input[3],
          groups: groupsOf(input, weights),
          ...prepareChannels(options.activation, types, output, CHANNEL_AXIS),
        };
      },
      build: (prepared) => weightedLoop(convInt8(prepared)),
      simd(prepared, operands: Int8WeightedOperands) {
        return planConstantWeights(operands, (weights, bias) => planConvInt8(prepared, weights, bias));
      },
    },

    int16: {
      check({ accumulator }, types, [output]) {
        checkConvolutionInt16(types, output, CHANNEL_AXIS, accumulatorBits(types[2], accumulator));
      },
      prepare(options, types, [output]): ConvInt16 {
        const [{ shape: input }, { shape: weights }, bias] = types;
        const bits = accumulatorBits(bias, options.accumulator);
        return {
          window: windowOf(slidingOf(options, weights), input, output.shape),
          inputDepth: input[3],
          groups: groupsOf(input, weights),
          ...prepareInt16Channels(options.activation, types, output, CHANNEL_AXIS, bits),
        };
      },
      build: (prepared) => weightedLoop(convInt16(prepared)),
      simd(prepared, operands: Int16WeightedOperands) {
        return planConstantWeights(operands, (weights, bias) => planConvInt16(prepared, weights, bias));
      },
    },
  },
});
