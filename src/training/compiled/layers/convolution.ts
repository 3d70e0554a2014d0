/** Conv1D, Conv2D, DepthwiseConv2D and SeparableConv2D, one image at a time: its columns stay in the cache. */

import type { Address, Geometry } from '../../../kernels/training/kernels.ts';
import type { Sliding } from '../../../ops/window.ts';
import { type Slot, type StepPlan, type Weight, zero } from '../step-plan.ts';
import { type ActivationName, activateInPlace } from './activation.ts';
import { addBias, multiplyRows } from './dense.ts';
import { pair, windowGeometry } from './geometry.ts';
import type { CompileLayer } from './layer.ts';

const FLOAT_BYTES = 4;

export function isPointwise(g: Geometry): boolean {
  return g.kernelHeight * g.kernelWidth * g.strideHeight * g.strideWidth === 1;
}

/** Columns of an image times kernel[k, n], through memory that all images share. */
export function convolve(plan: StepPlan, input: Slot, kernel: Weight, output: Slot, g: Geometry): void {
  const geometry = plan.geometry(g);
  const n = output.shape.at(-1) ?? 1;
  const k = kernel.size / n;
  const pixels = g.outputHeight * g.outputWidth;
  const columns = plan.reserve(pixels * k);
  const imageBytes = input.size * FLOAT_BYTES;
  const outputBytes = output.size * FLOAT_BYTES;
  plan.forward.push(({ kernels, rows }) => {
    for (let row = 0; row < rows; row++) {
      kernels.imageToColumns(geometry, input.address + row * imageBytes, columns);
      kernels.gemm(columns, k, 1, kernel.address, n, output.address + row * outputBytes, n, pixels, n, k, 0);
    }
  });
  const { gradient } = output;
  const kernelGradient = kernel.gradient;
  if (gradient === undefined || kernelGradient === undefined) return;
  plan.backward.push(({ kernels, rows }) => {
    for (let row = 0; row < rows; row++) {
      kernels.imageToColumns(geometry, input.address + row * imageBytes, columns);
      const from = gradient + row * outputBytes;
      kernels.gemm(columns, 1, k, from, n, kernelGradient, n, k, n, pixels, row === 0 ? 0 : 1);
    }
  });
  if (input.gradient !== undefined) {
    spreadGradient(plan, { geometry, columns, k, n, pixels }, gradient, kernel, input, input.gradient);
  }
}

interface Columns {
  readonly geometry: Address;
  readonly columns: Address;
  readonly k: number;
  readonly n: number;
  readonly pixels: number;
}

/** The gradient of the columns, added back to the pixels that they were copied from. */
function spreadGradient(
  plan: StepPlan,
  { geometry, columns, k, n, pixels }: Columns,
  gradient: Address,
  kernel: Weight,
  input: Slot,
  to: Address,
): void {
  const transposed = plan.reserve(kernel.size);
  plan.backward.push((run) => {
    const { kernels, rows } = run;
    kernels.transpose(kernel.address, k, n, transposed);
    zero(run, to, rows * input.size);
    for (let row = 0; row < rows; row++) {
      const from = gradient + row * pixels * n * FLOAT_BYTES;
      kernels.gemm(from, n, 1, transposed, k, columns, k, pixels, k, n, 0);
      kernels.columnsToImage(geometry, columns, to + row * input.size * FLOAT_BYTES);
    }
  });
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
  const imageBytes = input.size * FLOAT_BYTES;
  const outputBytes = output.size * FLOAT_BYTES;
  plan.forward.push(({ kernels, rows }) => {
    for (let row = 0; row < rows; row++) {
      const image = input.address + row * imageBytes;
      kernels.depthwise(geometry, multiplier, image, kernel.address, output.address + row * outputBytes);
    }
  });
  const { gradient } = output;
  const kernelGradient = kernel.gradient;
  if (gradient === undefined || kernelGradient === undefined) return;
  plan.backward.push((run) => {
    const { kernels, rows } = run;
    zero(run, kernelGradient, kernel.size);
    for (let row = 0; row < rows; row++) {
      const image = input.address + row * imageBytes;
      kernels.depthwiseBackwardWeights(
        geometry,
        multiplier,
        image,
        gradient + row * outputBytes,
        kernelGradient,
      );
    }
    const to = input.gradient;
    if (to === undefined) return;
    zero(run, to, rows * input.size);
    for (let row = 0; row < rows; row++) {
      const from = gradient + row * outputBytes;
      kernels.depthwiseBackwardImage(geometry, multiplier, from, kernel.address, to + row * imageBytes);
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

function finish(plan: StepPlan, { activation, useBias }: EndingSpec, bias: () => Weight, output: Slot): Slot {
  if (useBias) addBias(plan, bias(), output);
  return activateInPlace(plan, activation, output);
}

function compileConv(rank: 1 | 2): CompileLayer<DilatedSpec> {
  return (spec, { plan, input, outputShape, weight }) => {
    const output = plan.slot(outputShape, true);
    const g = windowGeometry(input.shape, outputShape, windowOf(spec, spec.dilationRate, rank));
    if (isPointwise(g)) multiplyRows(plan, input, weight('kernel'), output);
    else convolve(plan, input, weight('kernel'), output, g);
    return finish(plan, spec, () => weight('bias'), output);
  };
}

export const compileConv1d = compileConv(1);
export const compileConv2d = compileConv(2);

export const compileDepthwise: CompileLayer<ConvSpec> = (spec, { plan, input, outputShape, weight }) => {
  const output = plan.slot(outputShape, true);
  const g = windowGeometry(input.shape, outputShape, windowOf(spec, 1, 2));
  convolveChannels(plan, input, weight('depthwise_kernel'), output, g);
  return finish(plan, spec, () => weight('bias'), output);
};

export const compileSeparable: CompileLayer<DilatedSpec & { readonly depthMultiplier: number }> = (
  spec,
  { plan, input, outputShape, weight },
) => {
  const channels = (input.shape.at(-1) ?? 1) * spec.depthMultiplier;
  const middleShape = [...outputShape.slice(0, -1), channels];
  const middle = plan.slot(middleShape, true);
  const g = windowGeometry(input.shape, middleShape, windowOf(spec, spec.dilationRate, 2));
  convolveChannels(plan, input, weight('depthwise_kernel'), middle, g);
  const output = plan.slot(outputShape, true);
  multiplyRows(plan, middle, weight('pointwise_kernel'), output);
  return finish(plan, spec, () => weight('bias'), output);
};
