/** Dense: y = x · kernel + bias, over the last dimension. */

import { ACTIVATION_CODES, type Address } from '../../../kernels/training/kernels.ts';
import { blocksOf, type CallWork, type Course } from '../course.ts';
import type { Slot, StepPlan, Weight } from '../step-plan.ts';
import { type ActivationName, activateInPlace, type ElementFunction, planDerivative } from './activation.ts';
import type { CompileLayer } from './layer.ts';

const FLOAT_BYTES = 4;

/** Columns that a part of a sum over rows takes: those of a line of the cache. */
const SUMMED_COLUMNS = 16;
/** Rows of a kernel's gradient in a part of it: as many as a product computes at a time. */
export const KERNEL_ROWS = 4;

/** The gradient of a bias from that of rows[samples · perSample, n]. */
export function learnBias(plan: StepPlan, bias: Weight, gradient: Address, perSample: number): void {
  const [n, to] = [bias.size, bias.gradient];
  if (to === undefined) return;
  const columns = blocksOf(n, SUMMED_COLUMNS);
  plan.backward.addByPart(columns.count, {
    calls({ kernels, rows }, from, end) {
      const first = columns.start(from);
      const offset = first * FLOAT_BYTES;
      kernels.sumRows(gradient + offset, n, rows * perSample, columns.start(end) - first, to + offset);
    },
  });
}

/** Rows of a kernel that a part of turning it takes. */
const TURNED_ROWS = 32;

/** Where kernel[k, n] lies with its axes exchanged on the way back. */
export function planTransposed(plan: StepPlan, { address, size }: Weight, n: number): Address {
  const transposed = plan.reserve(size);
  const k = size / n;
  const blocks = blocksOf(k, TURNED_ROWS);
  plan.backward.addAhead(blocks.count, {
    calls({ kernels }, from, end) {
      const first = blocks.start(from);
      const source = address + first * n * FLOAT_BYTES;
      kernels.transpose(source, blocks.start(end) - first, n, transposed + first * FLOAT_BYTES, k);
    },
  });
  return transposed;
}

/** The gradient of kernel[k, n] from what it is multiplied with, [samples · perSample, k], and the gradient of the product. */
export function learnKernel(
  plan: StepPlan,
  input: Address,
  { size, gradient: to }: Weight,
  gradient: Address,
  n: number,
  perSample: number,
): void {
  if (to === undefined) return;
  const k = size / n;
  const kernelRows = blocksOf(k, KERNEL_ROWS);
  plan.backward.addByPart(kernelRows.count, {
    calls({ kernels, rows }, from, end) {
      const first = kernelRows.start(from);
      const m = kernelRows.start(end) - first;
      const into = to + first * n * FLOAT_BYTES;
      kernels.gemm(input + first * FLOAT_BYTES, 1, k, gradient, n, into, n, m, n, rows * perSample, 0);
    },
  });
}

/** output = f(output + bias), the bias the same for every row. */
export function addBias(plan: StepPlan, activation: ElementFunction, bias: Weight, output: Slot): void {
  const n = bias.size;
  const perSample = output.size / n;
  const bytes = output.size * FLOAT_BYTES;
  const code = ACTIVATION_CODES[activation];
  plan.forward.addBySample({
    calls: ({ kernels }, from, end) =>
      kernels.addRow(code, output.address + from * bytes, bias.address, (end - from) * perSample, n),
  });
}

/** What makes sums: how they are planned, before which the gradient of their bias is, so that it comes behind it. */
export interface Ending {
  readonly activation: ActivationName;
  readonly bias: Weight | undefined;
}

/** f(sums + bias), in place. `planSums` plans the sums and their gradients. */
export function finishSums(
  plan: StepPlan,
  { activation, bias }: Ending,
  output: Slot,
  planSums: () => void,
): Slot {
  if (bias !== undefined && output.gradient !== undefined)
    learnBias(plan, bias, output.gradient, output.size / bias.size);
  planSums();
  if (bias === undefined) return activateInPlace(plan, activation, output);
  if (activation === 'softmax') {
    addBias(plan, 'linear', bias, output);
    return activateInPlace(plan, activation, output);
  }
  addBias(plan, activation, bias, output);
  if (activation !== 'linear') planDerivative(plan, activation, output, output);
  return output;
}

/** Weights beyond this many are read again from far away for every few samples. */
const HEAVY_WEIGHTS = 65536;

/** output[m, n] = input[m, k] · kernel[k, n], m counting rows and whatever stands before the last dimension. */
export function multiplyRows(plan: StepPlan, input: Slot, kernel: Weight, output: Slot): void {
  const n = output.shape.at(-1) ?? 1;
  const k = kernel.size / n;
  const perSample = output.size / n;
  const [inputBytes, outputBytes] = [input.size * FLOAT_BYTES, output.size * FLOAT_BYTES];
  const add = (course: Course, calls: CallWork['calls']): void =>
    kernel.size > HEAVY_WEIGHTS ? course.addHeavy({ calls }) : course.addBySample({ calls });
  add(plan.forward, ({ kernels }, from, end) => {
    const m = (end - from) * perSample;
    const to = output.address + from * outputBytes;
    kernels.gemm(input.address + from * inputBytes, k, 1, kernel.address, n, to, n, m, n, k, 0);
  });
  const { gradient } = output;
  if (gradient === undefined || kernel.gradient === undefined) return;
  learnKernel(plan, input.address, kernel, gradient, n, perSample);
  const inputGradient = input.gradient;
  if (inputGradient === undefined) return;
  const transposed = planTransposed(plan, kernel, n);
  add(plan.backward, ({ kernels }, from, end) => {
    const m = (end - from) * perSample;
    const to = inputGradient + from * inputBytes;
    kernels.gemm(gradient + from * outputBytes, n, 1, transposed, k, to, k, m, k, n, 0);
  });
}

interface DenseSpec {
  readonly activation: ActivationName;
  readonly useBias: boolean;
}

export const compileDense: CompileLayer<DenseSpec> = (
  { activation, useBias },
  { plan, input, outputShape, weight },
) => {
  const output = plan.slot(outputShape, true);
  const ending = { activation, bias: useBias ? weight('bias') : undefined };
  return finishSums(plan, ending, output, () => multiplyRows(plan, input, weight('kernel'), output));
};
