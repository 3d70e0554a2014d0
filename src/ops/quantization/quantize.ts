import { unsupportedError } from '../../core/errors.ts';
import { quantizeMultiplier } from '../../core/fixed-point.ts';
import type { DType, TensorType } from '../../core/tensor.ts';
import { lookupUint8, uint8Table } from '../../kernels/int8/lookup.ts';
import {
  type QuantizedFloat,
  quantizeFloat,
  type Rescaling,
  rescaleAll,
  rescaleSaturated,
  type SteppedData,
} from '../../kernels/int8/quantize.ts';
import { eachColumn } from '../columns.ts';
import { requireDType, requireMultiplier, requirePerTensor, requireSteps } from '../conditions.ts';
import { type ComputedType, defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { inferUnary, noAttributes, noMacs, tableLoop, unaryLoop, unaryOperands } from '../unary.ts';

type Types = readonly [TensorType];

/** What each type becomes: the branches of TFLM's `EvalQuantizeReference`. */
const OUTPUTS: Readonly<Record<Exclude<ComputedType, 'bool'>, readonly DType[]>> = {
  float32: ['int8', 'int16'],
  int8: ['int8', 'uint8', 'int16', 'int32'],
  int16: ['int8', 'int16', 'int32'],
  int32: ['int8', 'int16'],
  uint8: ['int8'],
};

/** With another one, sums leave 32 bits, which C leaves undefined. */
function requireCentered(what: string, type: TensorType): void {
  if (type.dtype !== 'int32' || requirePerTensor(what, type).zeroPoint === 0) return;
  throw unsupportedError('int32-zero-point', `${what} is int32 with a zero point other than 0`);
}

/** What integers to others of another scale take. */
const rescaling = {
  check(_: unknown, [input]: Types, [output]: readonly TensorType[]): void {
    requireCentered('the input', input);
    requireCentered('the output', output);
    const { scale } = requirePerTensor('the output', output);
    requireMultiplier(requirePerTensor('the input', input).scale / scale);
  },
  prepare(_: unknown, [inputType]: Types, [outputType]: readonly TensorType[]): Rescaling {
    const input = requirePerTensor('the input', inputType);
    const { quant, limits } = requireSteps('the output', outputType);
    return {
      inputZeroPoint: input.zeroPoint,
      outputZeroPoint: quant.zeroPoint,
      multiplier: quantizeMultiplier(input.scale / quant.scale),
      clampMin: limits.min,
      clampMax: limits.max,
    };
  },
};

/** The results have more than a byte. */
function isWide({ clampMin, clampMax }: Rescaling): boolean {
  return clampMax - clampMin > 255;
}

function rescalingLoop(prepared: Rescaling) {
  return unaryLoop<SteppedData, SteppedData>((input, output) => rescaleAll(prepared, input, output));
}

/** Between real numbers and integers, and between integers of other scales and widths. TFLM `EvalQuantizeReference`. */
export const quantize = defineOp({
  kind: 'quantize',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'boundary' },
  traits: { ...OPAQUE, columns: eachColumn },
  infer: inferUnary,
  check(_, [input], [output]) {
    requireDType('the output', output, ...OUTPUTS[input.dtype as keyof typeof OUTPUTS]);
    requirePerTensor('the output', output);
  },
  macs: noMacs,
  kernels: {
    float32: {
      prepare(_, __, [output]): QuantizedFloat {
        const { quant, limits } = requireSteps('the output', output);
        return { scale: quant.scale, zeroPoint: quant.zeroPoint, ...limits };
      },
      build: (prepared) =>
        unaryLoop<Float32Array, Int8Array | Int16Array>((input, output) =>
          quantizeFloat(prepared, input, output),
        ),
    },
    int8: {
      ...rescaling,
      build: (prepared) =>
        isWide(prepared) ? rescalingLoop(prepared) : tableLoop((value) => rescaleSaturated(prepared, value)),
    },
    int16: { ...rescaling, build: rescalingLoop },
    int32: { ...rescaling, build: rescalingLoop },
    uint8: {
      ...rescaling,
      build(prepared) {
        const table = uint8Table((value) => rescaleSaturated(prepared, value));
        return unaryLoop<Uint8Array, Int8Array>((input, output) => lookupUint8(table, input, output));
      },
    },
  },
});
