/** Dense: y = x · kernel + bias, over the last dimension. */

import { ACTIVATION_CODES, type Address } from '../../../kernels/training/kernels.ts';
import { blocksOf, type CallWork, type Course, type SumCalls } from '../course.ts';
import { zero } from '../run.ts';
import type { Slot, StepPlan, Weight } from '../step-plan.ts';
import { type ActivationName, activateInPlace, type ElementFunction, planDerivative } from './activation.ts';
import type { CompileLayer } from './layer.ts';

const FLOAT_BYTES = 4;

/** Columns that a part of a sum over rows takes: those of a line of the cache. */
const SUMMED_COLUMNS = 16;
/** Rows of a kernel's gradient in a part of it: as many as a product computes at a time. */
export const KERNEL_ROWS = 4;

/** The gradient of a bias from that of rows[samples · perSample, n]. `isAhead`: a step right before it, by sample, does not change that. */
export function learnBias(
  plan: StepPlan,
  bias: Weight,
  gradient: Address,
  perSample: number,
  isAhead = false,
): void {
  const [n, into] = [bias.size, bias.gradient];
  if (into === undefined) return;
  const columns = blocksOf(n, SUMMED_COLUMNS);
  const sums: SumCalls['sums'] = (given, from, to, first, end) => {
    const [start, stop] = [columns.start(from), columns.start(to)];
    const offset = start * FLOAT_BYTES;
    if (first === 0) zero(given, into + offset, stop - start);
    const rows = gradient + first * perSample * n * FLOAT_BYTES;
    given.kernels.sumRows(rows + offset, n, (end - first) * perSample, stop - start, into + offset);
  };
  plan.backward.addSums(columns.count, { sums }, { bySample: isAhead && perSample > 1, isAhead });
}

/** Whether a product of k rows and n columns adds up row after row: one of vectors has four sums, which end with its rows. */
export function isInOrder(k: number, n: number): boolean {
  return k > 1 || n > 1;
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
  isAhead = false,
): void {
  if (to === undefined) return;
  const k = size / n;
  const kernelRows = blocksOf(k, KERNEL_ROWS);
  const sums: SumCalls['sums'] = ({ kernels }, from, end, firstSample, endSample) => {
    const first = kernelRows.start(from);
    const m = kernelRows.start(end) - first;
    const into = to + first * n * FLOAT_BYTES;
    const row = firstSample * perSample;
    const [a, b] = [input + (row * k + first) * FLOAT_BYTES, gradient + row * n * FLOAT_BYTES];
    const rows = (endSample - firstSample) * perSample;
    kernels.gemm(a, 1, k, b, n, into, n, m, n, rows, firstSample === 0 ? 0 : 1);
  };
  plan.backward.addSums(
    kernelRows.count,
    { sums },
    {
      bySample: isAhead && perSample > 1 && isInOrder(k, n),
      isAhead,
    },
  );
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
  /** Whether what the sums are made of has a gradient, which their last step on the way back writes. */
  readonly learns: boolean;
  /** Whether the activation is derived by the pool behind it. */
  readonly isPooled?: boolean;
}

/** f(sums + bias), in place. `planSums` plans the sums and their gradients. */
export function finishSums(
  plan: StepPlan,
  { activation, bias, learns, isPooled = false }: Ending,
  output: Slot,
  planSums: () => void,
): Slot {
  if (bias !== undefined && output.gradient !== undefined)
    learnBias(plan, bias, output.gradient, output.size / bias.size, learns);
  planSums();
  if (bias === undefined) return activateInPlace(plan, activation, output, isPooled);
  if (activation === 'softmax') {
    addBias(plan, 'linear', bias, output);
    return activateInPlace(plan, activation, output);
  }
  addBias(plan, activation, bias, output);
  if (activation !== 'linear' && !isPooled) planDerivative(plan, activation, output, output);
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
  const inputGradient = input.gradient;
  learnKernel(plan, input.address, kernel, gradient, n, perSample, inputGradient !== undefined);
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
  const bias = useBias ? weight('bias') : undefined;
  const ending = { activation, bias, learns: input.gradient !== undefined };
  return finishSums(plan, ending, output, () => multiplyRows(plan, input, weight('kernel'), output));
};
