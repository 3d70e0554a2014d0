import * as z from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { PerTensorQuant, QuantParams } from '../../core/quant-params.ts';
import {
  elementCount,
  formatShape,
  type QuantizedDType,
  type Shape,
  type TensorType,
} from '../../core/tensor.ts';
import { type FullyConnectedFloat, fullyConnectedFloat } from '../../kernels/float/fully_connected.ts';
import { type FullyConnectedInt8, fullyConnectedInt8 } from '../../kernels/int8/fully_connected.ts';
import { type FullyConnectedInt16, fullyConnectedInt16 } from '../../kernels/int16/fully_connected.ts';
import {
  planFullyConnectedFloat,
  planFullyConnectedInt8,
  planFullyConnectedInt16,
} from '../../kernels/simd/fully_connected.ts';
import { oneByOne } from '../columns.ts';
import { requireMultiplier, requirePerTensor, shapeError } from '../conditions.ts';
import {
  type FusedActivation,
  floatClamp,
  fusedActivationSchema,
  quantizedClamp,
} from '../fused-activation.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import {
  accumulatorBits,
  accumulatorSchema,
  type FloatWeightedOperands,
  type Int8WeightedOperands,
  type Int16WeightedOperands,
  planConstantWeights,
  requireBiasLength,
  requireInt16Multiplier,
  requireScalesAlong,
  requireSymmetricWeights,
  requireWeightedTypes,
  type WeightedTypes,
  weightedForms,
  weightedLoop,
  weightedOperands,
} from './weighted.ts';

const attributes = z.strictObject({
  activation: fusedActivationSchema,
  /** The output keeps the input's leading dimensions instead of collapsing them into one batch. */
  keepNumDims: z.boolean(),
  accumulator: accumulatorSchema,
});

const FORMS = weightedForms(['int8', 'int4'], ['int64', 'int32']);

/** [units, depth] */
function weightShape(weights: Shape): readonly [number, number] {
  if (weights.length !== 2)
    throw shapeError(`weights have shape ${formatShape(weights)} instead of [units, depth]`);
  return [weights[0], weights[1]];
}

/** TFLM counts a missing scale as 0 (tflite-micro 90b983c, `micro_allocator.cc` leaves the parameters zeroed). */
function perTensorOrZero(what: string, quant: QuantParams | undefined): PerTensorQuant {
  if (quant === undefined) return { scheme: 'per-tensor', scale: 0, zeroPoint: 0 };
  if (quant.scheme === 'per-axis') {
    throw unsupportedError(
      'unsupported-quantization',
      `${what} is quantized per axis, which no kernel computes`,
    );
  }
  return quant;
}

/** The real multipliers: one for per-tensor weights (product in float32, as TFLM does), one per unit otherwise. */
function realMultipliers(
  input: TensorType,
  weights: TensorType,
  output: TensorType,
  units: number,
): number[] {
  const inputScale = perTensorOrZero('the input', input.quant).scale;
  const outputScale = requirePerTensor('the output', output).scale;
  const { quant } = weights;
  if (quant?.scheme === 'per-axis') {
    return Array.from(quant.scales, (scale) => (inputScale * scale) / outputScale);
  }
  const weightScale = perTensorOrZero('the weights', quant).scale;
  return new Array<number>(units).fill(Math.fround(inputScale * weightScale) / outputScale);
}

function prepareIntegers(
  activation: FusedActivation,
  [input, weights]: WeightedTypes,
  output: TensorType,
  dtype: QuantizedDType,
): FullyConnectedInt8 {
  const [units, depth] = weightShape(weights.shape);
  const outputQuant = requirePerTensor('the output', output);
  const { min, max } = quantizedClamp(activation, dtype, outputQuant);
  const quantized = realMultipliers(input, weights, output, units).map(quantizeMultiplier);
  return {
    batches: elementCount(output.shape) / units,
    depth,
    units,
    inputZeroPoint: perTensorOrZero('the input', input.quant).zeroPoint,
    weightsZeroPoint: weights.quant?.scheme === 'per-tensor' ? weights.quant.zeroPoint : 0,
    multipliers: quantized.map(({ multiplier }) => multiplier),
    shifts: quantized.map(({ shift }) => shift),
    outputZeroPoint: outputQuant.zeroPoint,
    clampMin: min,
    clampMax: max,
  };
}

export const fullyConnected = defineOp({
  kind: 'fully_connected',
  operands: weightedOperands,
  attributes,
  quantRule: { rule: 'weighted', weights: 1, bias: 2, axis: 0, perChannel: 'optional' },
  traits: {
    ...OPAQUE,
    clamps: true,
    /** Rows of the input are columns here, one by one. */
    columns({ keepNumDims }, axis, [{ shape }, weights, bias], output) {
      if (!weights.isConstant || bias?.isConstant === false) return undefined;
      if (axis === shape.length - 1 || shape.at(-1) !== weights.shape[1]) return undefined;
      if (keepNumDims) return oneByOne(axis);
      return output[0] === shape[axis] ? oneByOne(0) : undefined;
    },
  },

  infer({ keepNumDims }, [input, weights, bias]) {
    const [units, depth] = weightShape(weights);
    requireBiasLength(bias, units);
    if (keepNumDims) {
      if (input.at(-1) !== depth) throw shapeError(`input ${formatShape(input)} does not end in ${depth}`);
      return [[...input.slice(0, -1), units]];
    }
    // TFLM takes the batch from the output and never asks whether the input divides into rows.
    const batches = depth === 0 ? 0 : Math.floor(elementCount(input) / depth);
    if (batches === 0)
      throw shapeError(`input ${formatShape(input)} is shorter than a row of ${counted(depth, 'weight')}`);
    return [[batches, units]];
  },

  check(_, [input, weights, bias], [output]) {
    requireWeightedTypes([input, weights, bias], output, FORMS);
  },

  macs([, weights], [output]) {
    return elementCount(output) * weights[1];
  },

  kernels: {
    float32: {
      prepare({ activation }, [, weights], [output]): FullyConnectedFloat {
        const [units, depth] = weightShape(weights.shape);
        const { min, max } = floatClamp(activation);
        return { batches: elementCount(output.shape) / units, depth, units, clampMin: min, clampMax: max };
      },
      build: (prepared) => weightedLoop(fullyConnectedFloat(prepared)),
      simd(prepared, operands: FloatWeightedOperands) {
        return planConstantWeights(operands, (weights, bias) =>
          planFullyConnectedFloat(prepared, weights, bias),
        );
      },
    },

    int8: {
      check(_, [input, weights], [output]) {
        // TFLM asserts that zero points of weights are 0, and adds others up where assertions are off: a conversion rewrites them.
        if (weights.dtype === 'int8') requireScalesAlong(weights, 0);
        else requireSymmetricWeights(weights, 0);
        if (weights.dtype === 'int4' && weights.quant?.scheme === 'per-axis') {
          throw unsupportedError(
            'unsupported-quantization',
            'int4 weights have a scale for each unit, where TensorFlow Lite Micro takes one for all only',
          );
        }
        for (const real of realMultipliers(input, weights, output, weights.shape[0])) requireMultiplier(real);
      },
      prepare: ({ activation }, types, [output]) => prepareIntegers(activation, types, output, 'int8'),
      build: (prepared) => weightedLoop(fullyConnectedInt8(prepared)),
      simd(prepared, operands: Int8WeightedOperands) {
        return planConstantWeights(operands, (weights, bias) =>
          planFullyConnectedInt8(prepared, weights, bias),
        );
      },
    },

    int16: {
      check({ accumulator }, [input, weights, bias], [output]) {
        requireSymmetricWeights(weights, 0);
        const bits = accumulatorBits(bias, accumulator);
        for (const real of realMultipliers(input, weights, output, weights.shape[0])) {
          requireInt16Multiplier(real, bits);
        }
      },
      prepare: ({ activation, accumulator }, types, [output]): FullyConnectedInt16 => ({
        ...prepareIntegers(activation, types, output, 'int16'),
        accumulatorBits: accumulatorBits(types[2], accumulator),
      }),
      build: (prepared) => weightedLoop(fullyConnectedInt16(prepared)),
      simd(prepared, operands: Int16WeightedOperands) {
        return planConstantWeights(operands, (weights, bias) =>
          planFullyConnectedInt16(prepared, weights, bias),
        );
      },
    },
  },
});
