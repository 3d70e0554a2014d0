/**
 * BatchNormalization over the last dimension: statistics of the batch while training, moving ones afterwards. A ReLU behind it is
 * computed along with it.
 */

import { ACTIVATION_CODES, type Address } from '../../../kernels/training/kernels.ts';
import { blocksOf } from '../course.ts';
import type { Run } from '../run.ts';
import type { Slot } from '../step-plan.ts';
import type { CompileLayer } from './layer.ts';

interface BatchNormSpec {
  readonly momentum: number;
  readonly epsilon: number;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Columns in a part: those of a line of the cache. */
const NORMALIZED_COLUMNS = 16;

/** Where the statistics of all columns lie. */
interface Statistics {
  readonly mean: Address;
  readonly variance: Address;
}

export const compileBatchNorm: CompileLayer<BatchNormSpec> = (
  { momentum, epsilon },
  { plan, input, weight, rectifier },
) => {
  const n = input.shape.at(-1) ?? 1;
  const perSample = input.size / n;
  const bytes = input.size * FLOAT_BYTES;
  const code = ACTIVATION_CODES[rectifier];
  const columns = blocksOf(n, NORMALIZED_COLUMNS);
  const [gamma, beta] = [weight('gamma'), weight('beta')];
  const moving = { mean: weight('moving_mean').address, variance: weight('moving_variance').address };
  const output: Slot = plan.slot(input.shape, true);
  // As the kernels have them, one behind the other.
  const mean = plan.reserve(4 * n);
  const [inverse, scale, shift] = [1, 2, 3].map((place) => mean + place * n * FLOAT_BYTES);
  const ofBatch: Statistics = { mean, variance: plan.reserve(n) };

  /** moving = momentum · moving + (1 − momentum) · that of the batch */
  const follow = ({ floats }: Run, from: Address, to: Address, first: number, end: number): void => {
    const [source, target] = [from / FLOAT_BYTES, to / FLOAT_BYTES];
    for (let j = first; j < end; j++)
      floats[target + j] = momentum * floats[target + j] + (1 - momentum) * floats[source + j];
  };
  const setScales = ({ floats }: Run, used: Statistics, first: number, end: number): void => {
    const at = (address: Address, j: number): number => floats[address / FLOAT_BYTES + j];
    for (let j = first; j < end; j++) {
      floats[inverse / FLOAT_BYTES + j] = 1 / Math.sqrt(at(used.variance, j) + epsilon);
      floats[scale / FLOAT_BYTES + j] = at(gamma.address, j) * at(inverse, j);
      floats[shift / FLOAT_BYTES + j] = at(beta.address, j) - at(used.mean, j) * at(scale, j);
    }
  };

  plan.forward.addByPart(columns.count, (run, from, to) => {
    const { kernels, rows, training } = run;
    const [first, end] = [columns.start(from), columns.start(to)];
    const offset = first * FLOAT_BYTES;
    if (training) {
      const { variance } = ofBatch;
      kernels.moments(
        input.address + offset,
        n,
        rows * perSample,
        end - first,
        mean + offset,
        variance + offset,
      );
      follow(run, mean, moving.mean, first, end);
      follow(run, variance, moving.variance, first, end);
    }
    setScales(run, training ? ofBatch : moving, first, end);
  });
  plan.forward.addBySample(({ kernels }, first, end) => {
    const offset = first * bytes;
    const count = (end - first) * perSample;
    kernels.scaleShift(code, input.address + offset, scale, shift, output.address + offset, count, n);
  });

  const { gradient } = output;
  const [dGamma, dBeta] = [gamma.gradient, beta.gradient];
  if (gradient === undefined || dGamma === undefined || dBeta === undefined) return output;
  const to = input.gradient;
  if (to !== undefined) {
    plan.backward.addBySample(({ kernels, rows }, first, end) => {
      const offset = first * bytes;
      kernels.batchNormBackward(
        code,
        input.address + offset,
        gradient + offset,
        mean,
        dGamma,
        dBeta,
        to + offset,
        rows * perSample,
        (end - first) * perSample,
        n,
      );
    });
  }
  // Runs first.
  plan.backward.addByPart(columns.count, ({ kernels, rows }, from, end) => {
    const first = columns.start(from);
    const offset = first * FLOAT_BYTES;
    kernels.batchNormSums(
      code,
      input.address + offset,
      gradient + offset,
      n,
      mean + offset,
      dGamma + offset,
      dBeta + offset,
      rows * perSample,
      columns.start(end) - first,
    );
  });
  return output;
};
