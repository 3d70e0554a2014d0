/** Add and Concatenate: several inputs, each with a gradient of its own. */

import { elementCount, type Shape } from '../../../core/tensor.ts';
import { copy } from '../run.ts';
import type { Slot, StepPlan } from '../step-plan.ts';
import type { CompileLayer } from './layer.ts';

const FLOAT_BYTES = 4;

/** The sum of slots of one shape. */
export function addSlots(plan: StepPlan, inputs: readonly Slot[], outputShape: Shape): Slot {
  const learns = inputs.some(({ gradient }) => gradient !== undefined);
  const output = plan.slot(outputShape, learns);
  const { size, address, gradient } = output;
  const [first, ...others] = inputs;
  const bytes = size * FLOAT_BYTES;
  plan.forward.addBySample({
    calls(run, from, end) {
      const count = (end - from) * size;
      const offset = from * bytes;
      copy(run, first.address + offset, address + offset, count);
      for (let i = 0; i < others.length; i++)
        run.kernels.add(others[i].address + offset, address + offset, count);
    },
  });
  if (gradient === undefined) return output;
  const targets = inputs.flatMap((input) => input.gradient ?? []);
  plan.backward.addBySample({
    calls(run, from, end) {
      const offset = from * bytes;
      for (let i = 0; i < targets.length; i++)
        copy(run, gradient + offset, targets[i] + offset, (end - from) * size);
    },
  });
  return output;
}

export const compileAdd: CompileLayer<unknown> = (_, { plan, inputs, outputShape }) =>
  addSlots(plan, inputs, outputShape);

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
    const [narrow, wide] = [perRow * n * FLOAT_BYTES, perRow * width * FLOAT_BYTES];
    plan.forward.addBySample({
      calls({ kernels }, first, end) {
        const target = output.address + offset + first * wide;
        kernels.copyRows(input.address + first * narrow, n, target, width, (end - first) * perRow, n);
      },
    });
    const [from, to] = [output.gradient, input.gradient];
    if (from === undefined || to === undefined) continue;
    plan.backward.addBySample({
      calls({ kernels }, first, end) {
        const source = from + offset + first * wide;
        kernels.copyRows(source, width, to + first * narrow, n, (end - first) * perRow, n);
      },
    });
  }
  return output;
};
