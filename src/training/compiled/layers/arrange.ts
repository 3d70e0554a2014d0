/** Layers that only arrange elements, or drop some of them. */

import { elementCount } from '../../../core/tensor.ts';
import type { Address } from '../../../kernels/training/kernels.ts';
import type { PartWork } from '../course.ts';
import { view } from '../run.ts';
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
  plan.forward.add((run) => {
    const drawn = view(run, mask, run.rows * size);
    if (run.training)
      for (let i = 0; i < drawn.length; i++) drawn[i] = random.uniform() < rate ? 0 : 1 / (1 - rate);
    else drawn.fill(1);
  });
  const multiplyBy = (from: Address, to: Address): PartWork => {
    return ({ kernels }, first, end) => {
      const offset = first * size * Float32Array.BYTES_PER_ELEMENT;
      kernels.multiply(from + offset, mask + offset, to + offset, (end - first) * size);
    };
  };
  plan.forward.addBySample(multiplyBy(input.address, output.address));
  const { gradient } = output;
  const to = input.gradient;
  if (gradient !== undefined && to !== undefined) plan.backward.addBySample(multiplyBy(gradient, to));
  return output;
};
