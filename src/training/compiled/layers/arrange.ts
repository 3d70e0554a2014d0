/** Layers that only arrange elements, or drop some of them. */

import { elementCount } from '../../../core/tensor.ts';
import { view } from '../step-plan.ts';
import type { CompileLayer } from './layer.ts';

/** The same memory in another shape. */
export const compileReshape: CompileLayer<unknown> = (_, { input, outputShape }) => ({
  ...input,
  shape: outputShape,
  size: elementCount(outputShape),
});

/** The mask is drawn like that of every other engine: one number for each element, in order. */
export const compileDropout: CompileLayer<{ readonly rate: number }> = (
  { rate },
  { plan, input, random },
) => {
  if (rate === 0) return input;
  const { size } = input;
  const output = plan.slot(input.shape, input.gradient !== undefined);
  const mask = plan.reserve(plan.rows * size);
  plan.streams.push(random);
  plan.forward.push((run) => {
    const { kernels, rows, training } = run;
    const drawn = view(run, mask, rows * size);
    if (training)
      for (let i = 0; i < drawn.length; i++) drawn[i] = random.uniform() < rate ? 0 : 1 / (1 - rate);
    else drawn.fill(1);
    kernels.multiply(input.address, mask, output.address, rows * size);
  });
  const { gradient } = output;
  const to = input.gradient;
  if (gradient !== undefined && to !== undefined) {
    plan.backward.push(({ kernels, rows }) => kernels.multiply(gradient, mask, to, rows * size));
  }
  return output;
};
