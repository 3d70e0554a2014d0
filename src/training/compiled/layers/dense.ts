/** Dense: y = x · kernel + bias, over the last dimension. */

import type { Slot, StepPlan, Weight } from '../step-plan.ts';
import { type ActivationName, activateInPlace } from './activation.ts';
import type { CompileLayer } from './layer.ts';

/** Adds `bias[n]` to every row, and gathers its gradient. */
export function addBias(plan: StepPlan, bias: Weight, output: Slot): void {
  const n = bias.size;
  const rowsOf = (rows: number): number => (rows * output.size) / n;
  plan.forward.push(({ kernels, rows }) => kernels.addRow(output.address, bias.address, rowsOf(rows), n));
  const { gradient } = output;
  const to = bias.gradient;
  if (gradient === undefined || to === undefined) return;
  plan.backward.push(({ kernels, rows }) => kernels.sumRows(gradient, rowsOf(rows), n, to));
}

/** output[m, n] = input[m, k] · kernel[k, n], m counting rows and whatever stands before the last dimension. */
export function multiplyRows(plan: StepPlan, input: Slot, kernel: Weight, output: Slot): void {
  const n = output.shape.at(-1) ?? 1;
  const k = kernel.size / n;
  const perRow = output.size / n;
  plan.forward.push(({ kernels, rows }) =>
    kernels.gemm(input.address, k, 1, kernel.address, n, output.address, n, rows * perRow, n, k, 0),
  );
  const { gradient } = output;
  const kernelGradient = kernel.gradient;
  if (gradient === undefined || kernelGradient === undefined) return;
  const transposed = plan.reserve(kernel.size);
  plan.backward.push(({ kernels, rows }) => {
    kernels.gemm(input.address, 1, k, gradient, n, kernelGradient, n, k, n, rows * perRow, 0);
    if (input.gradient === undefined) return;
    kernels.transpose(kernel.address, k, n, transposed);
    kernels.gemm(gradient, n, 1, transposed, k, input.gradient, k, rows * perRow, k, n, 0);
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
  multiplyRows(plan, input, weight('kernel'), output);
  if (useBias) addBias(plan, weight('bias'), output);
  return activateInPlace(plan, activation, output);
};
