/** Conv1D, Conv2D, DepthwiseConv2D and SeparableConv2D, one image at a time. */

import { PANEL_COLUMNS } from '../../../kernels/training/heap.ts';
import type { Address, Geometry } from '../../../kernels/training/kernels.ts';
import type { Sliding } from '../../../ops/window.ts';
import { blocksOf, type SumWork } from '../course.ts';
import { type Run, zero } from '../run.ts';

import type { Slot, StepPlan, Weight } from '../step-plan.ts';
import type { ActivationName } from './activation.ts';
import { finishSums, isInOrder, KERNEL_ROWS, multiplyRows, planTransposed } from './dense.ts';
import { borderGeometry, paddedGeometry, pair, windowGeometry } from './geometry.ts';
import type { CompileLayer, LayerContext } from './layer.ts';

const FLOAT_BYTES = 4;

export function isPointwise(g: Geometry): boolean {
  return g.kernelHeight * g.kernelWidth * g.strideHeight * g.strideWidth === 1;
}

/** How a convolution finds what is under its windows, and makes the kernel's gradient of it. */
interface Windows {
  /** Of sample `row`, and what the output is made of. */
  readonly forward: (run: Run, row: number) => void;
  /** Sums of the kernel's gradient, row by row, from that of the output. */
  readonly backward: (gradient: Address, to: Address) => SumWork;
}

/** Windows that are copied to columns before they are multiplied; those of all samples stay for the way back. */
function inColumns(plan: StepPlan, input: Slot, kernel: Weight, output: Slot, g: Geometry): Windows {
  const geometry = plan.geometry(g);
  const n = output.shape.at(-1) ?? 1;
  const k = kernel.size / n;
  const pixels = g.outputHeight * g.outputWidth;
  const columns = plan.reserve(plan.rows * pixels * k);
  const columnBytes = pixels * k * FLOAT_BYTES;
  const [imageBytes, outputBytes] = [input.size * FLOAT_BYTES, output.size * FLOAT_BYTES];
  return {
    forward({ kernels }, row) {
      const own = columns + row * columnBytes;
      kernels.imageToColumns(geometry, input.address + row * imageBytes, own);
      kernels.gemm(own, k, 1, kernel.address, n, output.address + row * outputBytes, n, pixels, n, k, 0);
    },
    backward:
      (gradient, to) =>
      ({ kernels }, first, end, sample, endSample) => {
        const from = columns + sample * columnBytes + first * FLOAT_BYTES;
        const [dOutput, target] = [gradient + sample * outputBytes, to + first * n * FLOAT_BYTES];
        const rows = (endSample - sample) * pixels;
        kernels.gemm(from, 1, k, dOutput, n, target, n, end - first, n, rows, sample === 0 ? 0 : 1);
      },
  };
}

/** Windows that lie in one piece, line by line: they are multiplied where they are, in an image with its padding. */
function inPlace(plan: StepPlan, input: Slot, kernel: Weight, output: Slot, g: Geometry): Windows {
  const padded = paddedGeometry(g);
  const geometry = plan.geometry(padded);
  const n = output.shape.at(-1) ?? 1;
  const isPadded = padded.height !== g.height || padded.width !== g.width;
  const border = isPadded ? plan.geometry(borderGeometry(g, padded)) : 0;
  const size = isPadded ? padded.height * padded.width * padded.channels : input.size;
  const images = isPadded ? plan.reserve(plan.rows * size) : input.address;
  const [imageBytes, inputBytes] = [size * FLOAT_BYTES, input.size * FLOAT_BYTES];
  const outputBytes = output.size * FLOAT_BYTES;
  return {
    forward({ kernels }, row) {
      const image = images + row * imageBytes;
      if (isPadded) kernels.imageToColumns(border, input.address + row * inputBytes, image);
      kernels.convolve(geometry, image, kernel.address, n, output.address + row * outputBytes);
    },
    backward: (gradient, to) => (run, first, end, sample, endSample) => {
      if (sample === 0) zero(run, to + first * n * FLOAT_BYTES, (end - first) * n);
      for (let row = sample; row < endSample; row++) {
        const from = gradient + row * outputBytes;
        run.kernels.convolveBackwardKernel(geometry, images + row * imageBytes, from, n, to, first, end);
      }
    },
  };
}

/** Shorter pieces of a window are cheaper to copy than to multiply one by one. */
const LEAST_PIECE = 8;
/** Fewer columns of an output are dot products, which add in another order. */
const LEAST_OUTPUTS = 4;

function hasPieces({ dilationWidth, strideWidth, kernelWidth, channels }: Geometry, n: number): boolean {
  // Windows side by side in one channel need no copy at all.
  const isCheap = kernelWidth * channels >= LEAST_PIECE || strideWidth * channels === 1;
  return dilationWidth === 1 && isCheap && n >= LEAST_OUTPUTS;
}

/** The windows of every image times kernel[k, n]. */
export function convolve(plan: StepPlan, input: Slot, kernel: Weight, output: Slot, g: Geometry): void {
  const n = output.shape.at(-1) ?? 1;
  const k = kernel.size / n;
  const windows = (hasPieces(g, n) ? inPlace : inColumns)(plan, input, kernel, output, g);
  plan.forward.addBySample((run, from, end) => {
    for (let row = from; row < end; row++) windows.forward(run, row);
  });
  const { gradient } = output;
  const kernelGradient = kernel.gradient;
  if (gradient === undefined || kernelGradient === undefined) return;
  const kernelRows = blocksOf(k, KERNEL_ROWS);
  const sumRows = windows.backward(gradient, kernelGradient);
  const sums: SumWork = (run, from, end, sample, endSample) =>
    sumRows(run, kernelRows.start(from), kernelRows.start(end), sample, endSample);
  const isAhead = input.gradient !== undefined;
  // What is not zero of a gradient is listed for every piece of them again.
  plan.backward.addSums(kernelRows.count, sums, {
    bySample: isAhead && isInOrder(k, n),
    isAhead,
    isWide: true,
  });
  if (input.gradient === undefined) return;
  const spread = g.channels >= LEAST_CHANNELS && n <= PANEL_COLUMNS ? spreadProducts : spreadColumns;
  spread(plan, g, gradient, kernel, input, input.gradient);
}

/** Products of fewer channels fill no registers. */
const LEAST_CHANNELS = 8;

/** Products of the gradient of each output with the taps, added to the pixels under them in an image with its padding. */
function spreadProducts(
  plan: StepPlan,
  g: Geometry,
  gradient: Address,
  kernel: Weight,
  input: Slot,
  to: Address,
): void {
  const padded = paddedGeometry(g);
  const geometry = plan.geometry(padded);
  const pixels = g.outputHeight * g.outputWidth;
  const n = kernel.size / (g.kernelHeight * g.kernelWidth * g.channels);
  const transposed = planTransposed(plan, kernel, n);
  const isPadded = padded.height !== g.height || padded.width !== g.width;
  const [line, paddedLine] = [g.width * g.channels, padded.width * padded.channels];
  const inside = (g.padTop * padded.width + g.padLeft) * g.channels * FLOAT_BYTES;
  if (isPadded) plan.needScratch(padded.height * paddedLine);
  plan.backward.addBySample({
    calls({ kernels, scratch }, first, end) {
      for (let row = first; row < end; row++) {
        const from = gradient + row * pixels * n * FLOAT_BYTES;
        const own = to + row * input.size * FLOAT_BYTES;
        kernels.convolveBackwardImage(geometry, from, transposed, n, isPadded ? scratch : own);
        if (isPadded) kernels.copyRows(scratch + inside, paddedLine, own, line, g.height, line);
      }
    },
  });
}

/** The gradient of the windows as columns, added back to the pixels that they look at. */
function spreadColumns(
  plan: StepPlan,
  g: Geometry,
  gradient: Address,
  kernel: Weight,
  input: Slot,
  to: Address,
): void {
  const geometry = plan.geometry(g);
  const pixels = g.outputHeight * g.outputWidth;
  const k = g.kernelHeight * g.kernelWidth * g.channels;
  const n = kernel.size / k;
  const transposed = planTransposed(plan, kernel, n);
  plan.needScratch(pixels * k);
  plan.backward.addBySample((run, first, end) => {
    const { kernels, scratch } = run;
    zero(run, to + first * input.size * FLOAT_BYTES, (end - first) * input.size);
    for (let row = first; row < end; row++) {
      const from = gradient + row * pixels * n * FLOAT_BYTES;
      kernels.gemm(from, n, 1, transposed, k, scratch, k, pixels, k, n, 0);
      kernels.columnsToImage(geometry, scratch, to + row * input.size * FLOAT_BYTES);
    }
  });
}

/** Channels of a line of the cache, or fewer where there would be fewer than four parts: kernels take four at a time. */
function channelsInPart(channels: number): number {
  return Math.max(4, Math.min(16, 4 * Math.floor(channels / 16)));
}

/** Every channel by itself; kernel[height, width, channels, multiplier]. */
export function convolveChannels(
  plan: StepPlan,
  input: Slot,
  kernel: Weight,
  output: Slot,
  g: Geometry,
): void {
  const geometry = plan.geometry(g);
  const multiplier = (output.shape.at(-1) ?? 1) / g.channels;
  const taps = g.kernelHeight * g.kernelWidth;
  const imageBytes = input.size * FLOAT_BYTES;
  const outputBytes = output.size * FLOAT_BYTES;
  plan.forward.addBySample(({ kernels }, first, end) => {
    for (let row = first; row < end; row++) {
      const image = input.address + row * imageBytes;
      kernels.depthwise(geometry, multiplier, image, kernel.address, output.address + row * outputBytes);
    }
  });
  const { gradient } = output;
  const kernelGradient = kernel.gradient;
  if (gradient === undefined || kernelGradient === undefined) return;
  const channels = blocksOf(g.channels, channelsInPart(g.channels));
  const sums: SumWork = (run, from, to, sample, endSample) => {
    const [first, end] = [channels.start(from), channels.start(to)];
    for (let tap = 0; tap < taps && sample === 0; tap++) {
      const at = (tap * g.channels + first) * multiplier;
      zero(run, kernelGradient + at * FLOAT_BYTES, (end - first) * multiplier);
    }
    for (let row = sample; row < endSample; row++) {
      const image = input.address + row * imageBytes;
      const dOutput = gradient + row * outputBytes;
      run.kernels.depthwiseBackwardWeights(geometry, multiplier, image, dOutput, kernelGradient, first, end);
    }
  };
  const to = input.gradient;
  const isAhead = to !== undefined;
  plan.backward.addSums(channels.count, sums, { bySample: isAhead, isAhead });
  if (to === undefined) return;
  plan.backward.addBySample((run, first, end) => {
    for (let row = first; row < end; row++) {
      const from = gradient + row * outputBytes;
      run.kernels.depthwiseBackwardImage(geometry, multiplier, from, kernel.address, to + row * imageBytes);
    }
  });
}

interface EndingSpec {
  readonly activation: ActivationName;
  readonly useBias: boolean;
}

interface ConvSpec extends EndingSpec {
  readonly kernelSize: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly padding: 'valid' | 'same';
}

interface DilatedSpec extends ConvSpec {
  readonly dilationRate: number | readonly number[];
}

function windowOf(spec: ConvSpec, dilation: number | readonly number[], rank: 1 | 2): Sliding {
  return {
    filter: pair(spec.kernelSize, rank),
    strides: pair(spec.strides, rank),
    dilations: pair(dilation, rank),
    padding: spec.padding,
  };
}

function finish(
  { activation, useBias }: EndingSpec,
  { plan, weight, isPooled }: LayerContext,
  input: Slot,
  output: Slot,
  planSums: () => void,
): Slot {
  const bias = useBias ? weight('bias') : undefined;
  const ending = { activation, bias, learns: input.gradient !== undefined, isPooled };
  return finishSums(plan, ending, output, planSums);
}

function compileConv(rank: 1 | 2): CompileLayer<DilatedSpec> {
  return (spec, context) => {
    const { plan, input, outputShape, weight } = context;
    const output = plan.slot(outputShape, true);
    const g = windowGeometry(input.shape, outputShape, windowOf(spec, spec.dilationRate, rank));
    return finish(spec, context, input, output, () => {
      if (isPointwise(g)) multiplyRows(plan, input, weight('kernel'), output);
      else convolve(plan, input, weight('kernel'), output, g);
    });
  };
}

export const compileConv1d = compileConv(1);
export const compileConv2d = compileConv(2);

export const compileDepthwise: CompileLayer<ConvSpec> = (spec, context) => {
  const { plan, input, outputShape, weight } = context;
  const output = plan.slot(outputShape, true);
  const g = windowGeometry(input.shape, outputShape, windowOf(spec, 1, 2));
  return finish(spec, context, input, output, () =>
    convolveChannels(plan, input, weight('depthwise_kernel'), output, g),
  );
};

export const compileSeparable: CompileLayer<DilatedSpec & { readonly depthMultiplier: number }> = (
  spec,
  context,
) => {
  const { plan, input, outputShape, weight } = context;
  const channels = (input.shape.at(-1) ?? 1) * spec.depthMultiplier;
  const middleShape = [...outputShape.slice(0, -1), channels];
  const middle = plan.slot(middleShape, true);
  const g = windowGeometry(input.shape, middleShape, windowOf(spec, spec.dilationRate, 2));
  convolveChannels(plan, input, weight('depthwise_kernel'), middle, g);
  const output = plan.slot(outputShape, true);
  return finish(spec, context, middle, output, () =>
    multiplyRows(plan, middle, weight('pointwise_kernel'), output),
  );
};
