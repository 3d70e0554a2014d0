import * as z from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import {
  elementCount,
  formatShape,
  QUANTIZED_LIMITS,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type SvdfFloat, svdfFloat } from '../../kernels/recurrent/svdf-float.ts';
import { type SvdfInt8, svdfInt8 } from '../../kernels/recurrent/svdf-int8.ts';
import type { SvdfShape } from '../../kernels/recurrent/svdf-shape.ts';
import { planSvdfInt8 } from '../../kernels/simd/recurrent/svdf-int8.ts';
import {
  requireDType,
  requireMultiplier,
  requirePerTensor,
  requireSameDType,
  shapeError,
} from '../conditions.ts';
import { floatClamp, fusedActivationSchema } from '../fused-activation.ts';
import { defineOp, type Operands } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { requireSymmetricWeights } from '../weighted/weighted.ts';

const operands = ['input', 'features', 'times', 'bias?', 'state'] as const;

type Types = Operands<typeof operands, TensorType>;

const attributes = z.strictObject({
  /** Filters whose sum is one unit of the output. */
  rank: z.int().positive(),
  /** What follows in float32; the integer kernels compute none, whatever it says. */
  activation: fusedActivationSchema,
});

function extents({ rank }: z.infer<typeof attributes>, inputs: Operands<typeof operands, Shape>): SvdfShape {
  const [input, features, times] = inputs;
  return { batches: input[0], depth: input[1], filters: features[0], memory: times[1], rank };
}

export function requireShape(what: string, shape: Shape, ...wanted: readonly number[]): void {
  if (shape.join() === wanted.join()) return;
  throw shapeError(`${what} of shape ${formatShape(shape)} instead of ${formatShape(wanted)}`);
}

interface Quants {
  readonly input: PerTensorQuant;
  readonly features: PerTensorQuant;
  readonly times: PerTensorQuant;
  readonly state: PerTensorQuant;
  readonly output: PerTensorQuant;
}

function quantsOf([input, features, times, , state]: Types, [output]: readonly TensorType[]): Quants {
  return {
    input: requirePerTensor('the input', input),
    features: requirePerTensor('the weights of the features', features),
    times: requirePerTensor('the weights of time', times),
    state: requirePerTensor('the state', state),
    output: requirePerTensor('the output', output),
  };
}

/** All products and quotients in float32, as `PrepareSvdf` takes them. */
function realMultipliers({ input, features, times, state, output }: Quants): {
  feature: number;
  time: number;
} {
  const f = Math.fround;
  return {
    feature: f(f(input.scale * features.scale) / state.scale),
    time: f(f(state.scale * times.scale) / output.scale),
  };
}

/**
 * Filters over a window of time of low rank: `features` weigh the input, what they make is remembered in the state
 * [batch, filters · memory], and `times` weigh the last `memory` of it. TFLM `svdf.cc`.
 */
export const svdf = defineOp({
  kind: 'svdf',
  operands,
  states: [4],
  attributes,
  quantRule: { rule: 'none' },
  traits: OPAQUE,

  infer(attributes, inputs) {
    const [input, features, times, bias, state] = inputs;
    if (input.length !== 2 || features.length !== 2 || times.length !== 2) {
      throw shapeError('the input and the weights do not have two dimensions');
    }
    const { batches, depth, filters, memory, rank } = extents(attributes, inputs);
    const units = filters / rank;
    if (!Number.isInteger(units)) throw shapeError(`${filters} filters are no multiple of the rank ${rank}`);
    requireShape('weights of the features', features, filters, depth);
    requireShape('weights of time', times, filters, memory);
    requireShape('elements of the state', state, batches, filters * memory);
    if (bias !== undefined) requireShape('elements of the bias', bias, units);
    return [[batches, units]];
  },

  check(_, [input, features], [output]) {
    requireSameDType([input, features], output);
  },

  macs([, features, times], [output]) {
    return output[0] * (elementCount(features) + elementCount(times));
  },

  kernels: {
    float32: {
      check(_, [, , times, bias, state]) {
        requireDType('the weights of time', times, 'float32');
        if (bias !== undefined) requireDType('the bias', bias, 'float32');
        requireDType('the state', state, 'float32');
      },
      prepare(attributes, [input, features, times, bias, state]): SvdfFloat {
        const shapes = [input.shape, features.shape, times.shape, bias?.shape, state.shape] as const;
        const { min, max } = floatClamp(attributes.activation);
        return { ...extents(attributes, shapes), clampMin: min, clampMax: max };
      },
      build(prepared) {
        const loop = svdfFloat(prepared);
        return {
          run([input, features, times, bias, state], [output]) {
            loop(
              input as Float32Array,
              features as Float32Array,
              times as Float32Array,
              bias as Float32Array | undefined,
              state as Float32Array,
              output as Float32Array,
            );
          },
        };
      },
    },

    int8: {
      check(_, types, outputs) {
        const [, features, times, bias, state] = types;
        requireDType('the weights of time', times, 'int8', 'int16');
        requireDType('the state', state, times.dtype);
        if (bias === undefined)
          throw unsupportedError('operand-count', 'has no bias, which TensorFlow Lite Micro reads');
        requireDType('the bias', bias, 'int32');
        requireSymmetricWeights(features, 0);
        requireSymmetricWeights(times, 0);
        const { feature, time } = realMultipliers(quantsOf(types, outputs));
        requireMultiplier(feature);
        requireMultiplier(time);
      },
      prepare(attributes, types, outputs): SvdfInt8 {
        const [input, features, times, bias, state] = types;
        const quants = quantsOf(types, outputs);
        const { feature, time } = realMultipliers(quants);
        const limits = QUANTIZED_LIMITS[state.dtype === 'int8' ? 'int8' : 'int16'];
        return {
          ...extents(attributes, [input.shape, features.shape, times.shape, bias?.shape, state.shape]),
          inputZeroPoint: quants.input.zeroPoint,
          stateZeroPoint: quants.state.zeroPoint,
          outputZeroPoint: quants.output.zeroPoint,
          feature: quantizeMultiplier(feature),
          time: quantizeMultiplier(time),
          stateMin: limits.min,
          stateMax: limits.max,
        };
      },
      build(prepared) {
        const loop = svdfInt8(prepared);
        return {
          run([input, features, times, bias, state]: Operands<typeof operands, TensorData>, [output]) {
            loop(
              input as Int8Array,
              features as Int8Array,
              times as Int8Array | Int16Array,
              bias as Int32Array,
              state as Int8Array | Int16Array,
              output as Int8Array,
            );
          },
        };
      },
      simd(prepared, [input, features, times, bias, state]) {
        const fixed = [features, times, bias];
        if (input !== 'computed' || state !== 'computed' || fixed.includes('computed')) return undefined;
        if (!(times instanceof Int8Array)) return undefined;
        return planSvdfInt8(prepared, features as Int8Array, times, bias as Int32Array);
      },
    },
  },
});
