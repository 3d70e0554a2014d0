/**
 * BatchNormalization over the last dimension: statistics of the batch while training, moving ones afterwards. A ReLU behind it is
 * computed along with it.
 */

import { ACTIVATION_CODES, type Address } from '../../../kernels/training/kernels.ts';
import { blocksOf, type PartWork, type SumWork } from '../course.ts';
import { type Run, zero } from '../run.ts';
import type { Slot } from '../step-plan.ts';
import type { CompileLayer } from './layer.ts';

interface BatchNormSpec {
  readonly momentum: number;
  readonly epsilon: number;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Columns in a part: those of a line of the cache. */
const NORMALIZED_COLUMNS = 16;

const DOUBLE_BYTES = Float64Array.BYTES_PER_ELEMENT;

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
  const [sums, squares] = [plan.reserve(2 * n), plan.reserve(2 * n)];
  const bySample = perSample > 1;

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

  // Of the columns of a part: where the first one lies in the rows of some samples, and how many there are.
  const partOf = (from: number, to: number) => ({
    first: columns.start(from),
    count: columns.start(to) - columns.start(from),
  });
  const sumColumns: SumWork = ({ kernels, training }, from, to, sample, end) => {
    if (!training) return;
    const { first, count } = partOf(from, to);
    const x = input.address + sample * bytes + first * FLOAT_BYTES;
    const into = sums + first * DOUBLE_BYTES;
    kernels.sumColumns(x, n, (end - sample) * perSample, count, into, sample === 0 ? 0 : 1);
  };
  const sumSquares: SumWork = ({ kernels, rows, training }, from, to, sample, end) => {
    if (!training) return;
    const { first, count } = partOf(from, to);
    const x = input.address + sample * bytes + first * FLOAT_BYTES;
    const [of, into] = [sums + first * DOUBLE_BYTES, squares + first * DOUBLE_BYTES];
    const all = rows * perSample;
    kernels.sumSquares(x, n, (end - sample) * perSample, count, of, all, into, sample === 0 ? 0 : 1);
  };
  const normalize: PartWork = (run, from, to) => {
    const { kernels, rows, training } = run;
    const { first, count } = partOf(from, to);
    if (training) {
      const [offset, doubles] = [first * FLOAT_BYTES, first * DOUBLE_BYTES];
      const { variance } = ofBatch;
      kernels.moments(
        sums + doubles,
        squares + doubles,
        rows * perSample,
        count,
        mean + offset,
        variance + offset,
      );
      follow(run, mean, moving.mean, first, first + count);
      follow(run, variance, moving.variance, first, first + count);
    }
    setScales(run, training ? ofBatch : moving, first, first + count);
  };
  if (bySample) {
    plan.forward.addSums(columns.count, sumColumns, { bySample });
    plan.forward.addSums(columns.count, sumSquares, { bySample, isBehind: true });
    plan.forward.addBehind(columns.count, normalize);
  } else {
    plan.forward.addByPart(columns.count, (run, from, to) => {
      sumColumns(run, from, to, 0, run.rows);
      sumSquares(run, from, to, 0, run.rows);
      normalize(run, from, to);
    });
  }
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
  const sumGradients: SumWork = (run, from, to, sample, end) => {
    const { first, count } = partOf(from, to);
    const offset = first * FLOAT_BYTES;
    const rows = sample * bytes + offset;
    if (sample === 0) for (const sum of [dGamma, dBeta]) zero(run, sum + offset, count);
    run.kernels.batchNormSums(
      code,
      input.address + rows,
      gradient + rows,
      n,
      mean + offset,
      dGamma + offset,
      dBeta + offset,
      (end - sample) * perSample,
      count,
    );
  };
  plan.backward.addSums(columns.count, sumGradients, { bySample, isWide: true });
  return output;
};
