import { z } from 'zod';
import { unsupportedError } from '../core/errors.ts';
import { quantizeMultiplier } from '../core/fixed-point.ts';
import type { PerTensorQuant, QuantParams } from '../core/quant-params.ts';
import { elementCount, formatShape, type Shape, type TensorType } from '../core/tensor.ts';
import { type FullyConnectedFloat, fullyConnectedFloat } from '../kernels/float/fully_connected.ts';
import { type FullyConnectedInt8, fullyConnectedInt8 } from '../kernels/int8/fully_connected.ts';
import { floatClamp, fusedActivationSchema, int8Clamp } from './activation.ts';
import { requireDType, requireMultiplier, requirePerTensor, shapeError, unsupportedTypes } from './check.ts';
import { defineOp } from './op.ts';

const attributes = z.strictObject({
  activation: fusedActivationSchema,
  /** The output keeps the input's leading dimensions instead of collapsing them into one batch. */
  keepNumDims: z.boolean(),
});

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

/** The one scale that TFLM looks at when it expects a single one. */
function firstScale(quant: QuantParams | undefined): number {
  return quant?.scheme === 'per-axis' ? quant.scales[0] : (quant?.scale ?? 0);
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

/** `GetQuantizedConvolutionMultipler` and the asserts of `CalculateOpDataFullyConnected`. */
function checkInt8Scales(
  input: TensorType,
  weights: TensorType,
  bias: TensorType | undefined,
  output: TensorType,
): void {
  const [units] = weightShape(weights.shape);
  const outputScale = requirePerTensor('the output', output).scale;
  const inputScale = perTensorOrZero('the input', input.quant).scale;
  if (weights.quant?.scheme === 'per-axis') {
    if (weights.quant.axis !== 0 || weights.quant.scales.length !== units) {
      throw unsupportedError(
        'unsupported-quantization',
        `weights have ${weights.quant.scales.length} scales along axis ${weights.quant.axis} for ${units} units`,
      );
    }
    return;
  }
  const weightQuant = perTensorOrZero('the weights', weights.quant);
  if (weightQuant.zeroPoint !== 0) {
    throw unsupportedError(
      'unsupported-quantization',
      `weights have zero point ${weightQuant.zeroPoint}; TensorFlow Lite Micro computes symmetric weights only`,
    );
  }
  if (bias === undefined) return;
  const product = Math.fround(inputScale * weightQuant.scale);
  const biasScale = firstScale(bias.quant);
  if (Math.abs(product - biasScale) / outputScale > 0.02) {
    throw unsupportedError(
      'bias-scale',
      `bias has scale ${biasScale}, but input scale × weight scale is ${product}; TensorFlow Lite Micro refuses the difference`,
    );
  }
}

export const fullyConnected = defineOp({
  kind: 'fully_connected',
  operands: ['input', 'weights', 'bias?'],
  attributes,
  quantRule: { rule: 'weighted', weights: 1, bias: 2, axis: 0 },

  infer({ keepNumDims }, [input, weights, bias]) {
    const [units, depth] = weightShape(weights);
    if (bias !== undefined && elementCount(bias) !== units) {
      throw shapeError(`bias has ${elementCount(bias)} values for ${units} units`);
    }
    if (keepNumDims) {
      if (input.at(-1) !== depth) throw shapeError(`input ${formatShape(input)} does not end in ${depth}`);
      return [[...input.slice(0, -1), units]];
    }
    // TFLM takes the batch from the output and never asks whether the input divides into rows.
    const batches = depth === 0 ? 0 : Math.floor(elementCount(input) / depth);
    if (batches === 0)
      throw shapeError(`input ${formatShape(input)} is shorter than a row of ${depth} weights`);
    return [[batches, units]];
  },

  check(_, [input, weights, bias], [output]) {
    requireDType('the input', input, 'float32', 'int8');
    const types = [weights.dtype, bias?.dtype, output.dtype];
    const expected =
      input.dtype === 'float32' ? ['float32', 'float32', 'float32'] : ['int8', 'int32', 'int8'];
    const names = ['weights', 'bias', 'output'];
    for (const [index, type] of types.entries()) {
      if (type !== undefined && type !== expected[index]) {
        throw unsupportedTypes(
          `${input.dtype} input with ${type} ${names[index]} cannot be computed`,
          input.dtype === 'float32'
            ? 'TensorFlow Lite Micro has no hybrid operators; quantize completely with "tinyml convert --int8".'
            : undefined,
        );
      }
    }
    if (input.dtype === 'int8') {
      checkInt8Scales(input, weights, bias, output);
      for (const real of realMultipliers(input, weights, output, weights.shape[0])) requireMultiplier(real);
    }
  },

  macs([, weights], [output]) {
    return elementCount(output) * weights[1];
  },

  float: {
    prepare({ activation }, [, weights], [output]): FullyConnectedFloat {
      const [units, depth] = weightShape(weights.shape);
      const { min, max } = floatClamp(activation);
      return { batches: elementCount(output.shape) / units, depth, units, clampMin: min, clampMax: max };
    },
    run(
      prepared: FullyConnectedFloat,
      [input, weights, bias]: [Float32Array, Float32Array, Float32Array | undefined],
      [output]: [Float32Array],
    ) {
      fullyConnectedFloat(prepared, input, weights, bias, output);
    },
  },

  int8: {
    prepare({ activation }, [input, weights], [output]): FullyConnectedInt8 {
      const [units, depth] = weightShape(weights.shape);
      const outputQuant = requirePerTensor('the output', output);
      const { min, max } = int8Clamp(activation, outputQuant);
      const quantized = realMultipliers(input, weights, output, units).map(quantizeMultiplier);
      return {
        batches: elementCount(output.shape) / units,
        depth,
        units,
        inputZeroPoint: perTensorOrZero('the input', input.quant).zeroPoint,
        multipliers: Int32Array.from(quantized, ({ multiplier }) => multiplier),
        shifts: Int32Array.from(quantized, ({ shift }) => shift),
        outputZeroPoint: outputQuant.zeroPoint,
        clampMin: min,
        clampMax: max,
      };
    },
    run(
      prepared: FullyConnectedInt8,
      [input, weights, bias]: [Int8Array, Int8Array, Int32Array | undefined],
      [output]: [Int8Array],
    ) {
      fullyConnectedInt8(prepared, input, weights, bias, output);
    },
  },
});
