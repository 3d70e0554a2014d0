/** Convolutions and fully connected layers in float32 and int16, and those in int8 whose weights are computed. */

import { unsupportedError } from '../../../../core/errors.ts';
import { reducedMultiplier } from '../../../../core/fixed-point.ts';
import { elementBytes } from '../../../../core/tensor.ts';
import type { ConvFloat } from '../../../../kernels/float/conv_2d.ts';
import type { DepthwiseConvFloat } from '../../../../kernels/float/depthwise_conv_2d.ts';
import type { FloatClamp } from '../../../../kernels/float/finish-channels.ts';
import type { FullyConnectedFloat } from '../../../../kernels/float/fully_connected.ts';
import type { TransposeConvFloat } from '../../../../kernels/float/transpose_conv.ts';
import type { ConvInt8 } from '../../../../kernels/int8/conv_2d.ts';
import type { DepthwiseConvInt8 } from '../../../../kernels/int8/depthwise_conv_2d.ts';
import type { FullyConnectedInt8 } from '../../../../kernels/int8/fully_connected.ts';
import type { ChannelRequantization } from '../../../../kernels/int8/requantize.ts';
import type { TransposeConvInt8 } from '../../../../kernels/int8/transpose_conv.ts';
import type { ChannelSums } from '../../../../kernels/int16/channel-sums.ts';
import type { ConvInt16 } from '../../../../kernels/int16/conv_2d.ts';
import type { DepthwiseConvInt16 } from '../../../../kernels/int16/depthwise_conv_2d.ts';
import type { FullyConnectedInt16 } from '../../../../kernels/int16/fully_connected.ts';
import type { TransposeConvInt16 } from '../../../../kernels/int16/transpose_conv.ts';
import type { Window } from '../../../../kernels/window.ts';
import type { CDefinition } from '../../c-code.ts';
import { type ConstantPool, floatOf } from '../../constant-pool.ts';
import type { ProductKind } from '../../definitions/windows/finishes.ts';
import {
  CONVOLVE_BACK,
  CONVOLVE_DEPTHWISE,
  CONVOLVE_PLAIN,
  MULTIPLY_VECTOR,
} from '../../definitions/windows/products.ts';
import type { CStep, Emission, Places } from '../../emitter.ts';
import { limitsBeforeZeroPoint } from '../../limits.ts';
import { windowMembers } from '../../window-members.ts';
import { bytesBefore, bytesBeforeTransposed, type PixelBytes } from '../../window-overlap.ts';
import { forBatches } from '../images/for-batches.ts';

type Step<Prepared> = CStep<unknown, Prepared>;

const [WEIGHTS, BIAS] = [1, 2];

/** How the sums of a step end. */
interface Sums {
  readonly kind: ProductKind;
  /** Arguments of what ends them. */
  args(places: Places): string;
}

function floatSums({ inputs, prepared: { clampMin, clampMax } }: Step<FloatClamp>): Sums {
  return {
    kind: 'float',
    args: (places) =>
      `${inputs[BIAS] === undefined ? 'NULL' : places.input(BIAS)}, ${floatOf(clampMin)}, ${floatOf(clampMax)}`,
  };
}

/** Of an int64 accumulator, TFLM multiplies so many bits. */
const MOST_SUM = 2n ** 47n;
/** Of an int16 and an int8. */
const MOST_PRODUCT = 2n ** 23n;

/** Biases less what the zero point of the input adds to each sum. */
function foldedBiases(
  { inputs, prepared }: Step<ChannelSums>,
  length: number,
  inputZeroPoint: number,
): bigint[] {
  const [weights, bias] = [inputs[WEIGHTS]?.data, inputs[BIAS]];
  if ((bias !== undefined && bias.data === undefined) || (inputZeroPoint !== 0 && weights === undefined)) {
    throw unsupportedError('no-standalone-c', 'has weights or biases that are computed');
  }
  return prepared.multipliers.map((_, channel) => {
    let sum = 0;
    for (let i = 0; inputZeroPoint !== 0 && i < length; i++) sum += Number(weights?.[channel * length + i]);
    return BigInt(bias?.data?.[channel] ?? 0) - BigInt(inputZeroPoint) * BigInt(sum);
  });
}

function int16Sums(step: Step<ChannelSums>, length: number, inputZeroPoint = 0): Sums {
  const { label, prepared: p, constants } = step;
  const isWide = p.accumulatorBits === 64;
  const biases = foldedBiases(step, length, inputZeroPoint);
  const most = MOST_SUM - BigInt(length) * MOST_PRODUCT;
  if (isWide && biases.some((bias) => bias >= most || bias < -most)) {
    throw unsupportedError('no-standalone-c', 'has a bias that could carry its sum beyond 48 bits');
  }
  const channels = constants.addStructs(
    `${label}_channels`,
    'struct wide_channel',
    biases.map((bias, channel) => {
      const multiplier = p.multipliers[channel];
      return [
        Number(BigInt.asIntN(32, bias)),
        Number(BigInt.asIntN(32, bias >> 32n)),
        isWide ? reducedMultiplier(multiplier) : multiplier,
        p.shifts[channel],
      ];
    }),
  );
  const limits = constants.addStruct(`${label}_limits`, 'struct wide_limits', limitsBeforeZeroPoint(p));
  return { kind: isWide ? 'wide' : 'narrow', args: () => `${channels}, &${limits}` };
}

function int8Sums({
  label,
  prepared: p,
  inputs,
  constants,
}: Step<ChannelRequantization & { readonly inputZeroPoint: number }>): Sums {
  const scales = constants.addStruct(`${label}_scales`, 'struct int8_scales', {
    input_zero: p.inputZeroPoint,
    ...limitsBeforeZeroPoint(p),
  });
  const scalings = constants.addStructs(
    `${label}_scalings`,
    'struct scaling',
    p.multipliers.map((multiplier, channel) => [multiplier, p.shifts[channel]]),
  );
  return {
    kind: 'int8',
    args: (places) => `&${scales}, ${scalings}, ${inputs[BIAS] === undefined ? 'NULL' : places.input(BIAS)}`,
  };
}

interface WindowedShape {
  readonly window: Window;
  readonly inputDepth: number;
}

/** The name of a `struct sliding_window`. */
export function addSlidingWindow(
  constants: ConstantPool,
  label: string,
  { window: w, inputDepth }: WindowedShape,
  outputDepth: number,
): string {
  return constants.addStruct(`${label}_window`, 'struct sliding_window', {
    ...windowMembers(w, inputDepth),
    output_depth: outputDepth,
  });
}

function windowed(
  definitions: Readonly<Record<ProductKind, CDefinition>>,
  { label, prepared: p, constants }: Step<WindowedShape>,
  outputDepth: number,
  sums: Sums,
  more: readonly (string | number)[] = [],
): Emission {
  const definition = definitions[sums.kind];
  const window = addSlidingWindow(constants, label, p, outputDepth);
  const w = p.window;
  return {
    definitions: [definition],
    call(places) {
      const [weights, input, output] = [places.input(WEIGHTS), places.input(0), places.output(0)];
      const head = [`&${window}`, ...more, sums.args(places), weights].join(', ');
      return forBatches(
        w.batches,
        w.inputHeight * w.inputWidth * p.inputDepth,
        w.outputHeight * w.outputWidth * outputDepth,
        (from, to) => `${definition.name}(${head}, ${input}${from}, ${output}${to});`,
      );
    },
  };
}

function pixelBytes({ prepared, outputs }: Step<WindowedShape>, outputDepth: number): PixelBytes {
  const size = elementBytes(outputs[0].type.dtype);
  return { input: prepared.inputDepth * size, output: outputDepth * size };
}

/** Of windows that slide over the input, pixel after pixel of the output. */
function sliding(
  definitions: Readonly<Record<ProductKind, CDefinition>>,
  step: Step<WindowedShape>,
  outputDepth: number,
  sums: Sums,
  more: readonly (string | number)[] = [],
): Emission {
  const before = bytesBefore(step.prepared.window, pixelBytes(step, outputDepth), 'as it writes');
  return { ...windowed(definitions, step, outputDepth, sums, more), overlaps: [{ input: 0, before }] };
}

/** Of windows that slide over the output. */
function slidingBack(step: Step<WindowedShape>, outputDepth: number, sums: Sums): Emission {
  const before = bytesBeforeTransposed(step.prepared.window, pixelBytes(step, outputDepth), 'as it writes');
  return { ...windowed(CONVOLVE_BACK, step, outputDepth, sums), overlaps: [{ input: 0, before }] };
}

export function conv2dFloat(step: Step<ConvFloat>): Emission {
  const { outputDepth, groups } = step.prepared;
  return sliding(CONVOLVE_PLAIN, step, outputDepth, floatSums(step), [groups]);
}

export function conv2dInt16(step: Step<ConvInt16>): Emission {
  const { window: w, inputDepth, groups, multipliers } = step.prepared;
  const sums = int16Sums(step, (w.filterHeight * w.filterWidth * inputDepth) / groups);
  return sliding(CONVOLVE_PLAIN, step, multipliers.length, sums, [groups]);
}

export function conv2dComputedInt8(step: Step<ConvInt8>): Emission {
  const { multipliers, groups } = step.prepared;
  return sliding(CONVOLVE_PLAIN, step, multipliers.length, int8Sums(step), [groups]);
}

export function depthwiseConv2dFloat(step: Step<DepthwiseConvFloat>): Emission {
  return sliding(CONVOLVE_DEPTHWISE, step, step.prepared.outputDepth, floatSums(step));
}

export function depthwiseConv2dInt16(step: Step<DepthwiseConvInt16>): Emission {
  const { window: w, multipliers } = step.prepared;
  const sums = int16Sums(step, w.filterHeight * w.filterWidth);
  return sliding(CONVOLVE_DEPTHWISE, step, multipliers.length, sums);
}

export function depthwiseConv2dComputedInt8(step: Step<DepthwiseConvInt8>): Emission {
  return sliding(CONVOLVE_DEPTHWISE, step, step.prepared.multipliers.length, int8Sums(step));
}

export function transposeConvFloat(step: Step<TransposeConvFloat>): Emission {
  return slidingBack(step, step.prepared.outputDepth, floatSums(step));
}

export function transposeConvInt16(step: Step<TransposeConvInt16>): Emission {
  const { window: w, inputDepth, multipliers } = step.prepared;
  const sums = int16Sums(step, w.filterHeight * w.filterWidth * inputDepth);
  return slidingBack(step, multipliers.length, sums);
}

export function transposeConvComputedInt8(step: Step<TransposeConvInt8>): Emission {
  return slidingBack(step, step.prepared.multipliers.length, int8Sums(step));
}

interface VectorShape {
  readonly batches: number;
  readonly depth: number;
  readonly units: number;
}

function vector({ prepared: { batches, depth, units } }: Step<VectorShape>, sums: Sums): Emission {
  const definition = MULTIPLY_VECTOR[sums.kind];
  return {
    definitions: [definition],
    call(places) {
      const [weights, input, output] = [places.input(WEIGHTS), places.input(0), places.output(0)];
      const head = [units, depth, sums.args(places), weights].join(', ');
      return forBatches(
        batches,
        depth,
        units,
        (from, to) => `${definition.name}(${head}, ${input}${from}, ${output}${to});`,
      );
    },
  };
}

export function fullyConnectedFloat(step: Step<FullyConnectedFloat>): Emission {
  return vector(step, floatSums(step));
}

export function fullyConnectedInt16(step: Step<FullyConnectedInt16>): Emission {
  const { depth, inputZeroPoint } = step.prepared;
  return vector(step, int16Sums(step, depth, inputZeroPoint));
}

export function fullyConnectedComputedInt8(step: Step<FullyConnectedInt8>): Emission {
  return vector(step, int8Sums(step));
}
