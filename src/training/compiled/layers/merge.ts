/** Add and Concatenate: several inputs, each with a gradient of its own. */

import { elementCount, type Shape } from '../../../core/tensor.ts';
import type { Address } from '../../../kernels/training/kernels.ts';
import type { Run, Slot, StepPlan } from '../step-plan.ts';
import type { CompileLayer } from './layer.ts';

const FLOAT_BYTES = 4;

function copy({ floats }: Run, from: Address, to: Address, count: number): void {
  floats.copyWithin(to / FLOAT_BYTES, from / FLOAT_BYTES, from / FLOAT_BYTES + count);
}

/** The sum of slots of one shape. */
export function addSlots(plan: StepPlan, inputs: readonly Slot[], outputShape: Shape): Slot {
  const learns = inputs.some(({ gradient }) => gradient !== undefined);
  const output = plan.slot(outputShape, learns);
  const { size, address, gradient } = output;
  const [first, ...others] = inputs;
  plan.forward.push((run) => {
    const count = run.rows * size;
    copy(run, first.address, address, count);
    for (let i = 0; i < others.length; i++) run.kernels.add(others[i].address, address, count);
  });
  if (gradient === undefined) return output;
  const targets = inputs.flatMap((input) => input.gradient ?? []);
  plan.backward.push((run) => {
    for (let i = 0; i < targets.length; i++) copy(run, gradient, targets[i], run.rows * size);
  });
  return output;
}

export const compileAdd: CompileLayer<unknown> = (_, { plan, inputs, outputShape }) =>
  addSlots(plan, inputs, outputShape);

/** Columns [rows, n] between an array with rows of `fromStride` and one with rows of `toStride`. */
function copyColumns(
  { floats }: Run,
  from: Address,
  fromStride: number,
  to: Address,
  toStride: number,
  rows: number,
  n: number,
): void {
  let [source, target] = [from / FLOAT_BYTES, to / FLOAT_BYTES];
  for (let row = 0; row < rows; row++, source += fromStride, target += toStride) {
    for (let j = 0; j < n; j++) floats[target + j] = floats[source + j];
  }
}

export const compileConcatenate: CompileLayer<unknown> = (_, { plan, inputs, outputShape }) => {
  const learns = inputs.some(({ gradient }) => gradient !== undefined);
  const output = plan.slot(outputShape, learns);
  const width = outputShape.at(-1) ?? 1;
  const perRow = elementCount(outputShape.slice(0, -1));
  let column = 0;
  for (const input of inputs) {
    const n = input.shape.at(-1) ?? 1;
    const offset = column * FLOAT_BYTES;
    column += n;
    plan.forward.push((run) => {
      copyColumns(run, input.address, n, output.address + offset, width, run.rows * perRow, n);
    });
    const [from, to] = [output.gradient, input.gradient];
    if (from === undefined || to === undefined) continue;
    plan.backward.push((run) => copyColumns(run, from + offset, width, to, n, run.rows * perRow, n));
  }
  return output;
};
