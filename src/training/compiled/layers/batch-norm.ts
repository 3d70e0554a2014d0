/** BatchNormalization over the last dimension: statistics of the batch while training, moving ones afterwards. */

import { type Run, type Slot, view, type Weight } from '../step-plan.ts';
import type { CompileLayer } from './layer.ts';

interface BatchNormSpec {
  readonly momentum: number;
  readonly epsilon: number;
}

interface Statistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export const compileBatchNorm: CompileLayer<BatchNormSpec> = (
  { momentum, epsilon },
  { plan, input, weight },
) => {
  const n = input.shape.at(-1) ?? 1;
  const perRow = input.size / n;
  const [gamma, beta] = [weight('gamma'), weight('beta')];
  const moving = [weight('moving_mean'), weight('moving_variance')] as const;
  const output: Slot = plan.slot(input.shape, true);
  const [mean, variance, inverse, scale, shift] = Array.from({ length: 5 }, () => plan.reserve(n));

  const of = (run: Run, { address }: Weight): Float32Array => view(run, address, n);
  const follow = (run: Run, { mean: batchMean, variance: batchVariance }: Statistics): void => {
    const [movingMean, movingVariance] = [of(run, moving[0]), of(run, moving[1])];
    for (let j = 0; j < n; j++) {
      movingMean[j] = momentum * movingMean[j] + (1 - momentum) * batchMean[j];
      movingVariance[j] = momentum * movingVariance[j] + (1 - momentum) * batchVariance[j];
    }
  };
  const setScales = (run: Run, used: Statistics): void => {
    const [gammas, betas] = [of(run, gamma), of(run, beta)];
    const [inverses, scales, shifts] = [view(run, inverse, n), view(run, scale, n), view(run, shift, n)];
    for (let j = 0; j < n; j++) {
      inverses[j] = 1 / Math.sqrt(used.variance[j] + epsilon);
      scales[j] = gammas[j] * inverses[j];
      shifts[j] = betas[j] - used.mean[j] * scales[j];
    }
  };

  plan.forward.push((run) => {
    const { kernels, rows, training } = run;
    const batch = { mean: view(run, mean, n), variance: view(run, variance, n) };
    if (training) {
      kernels.moments(input.address, rows * perRow, n, mean, variance);
      follow(run, batch);
      setScales(run, batch);
    } else {
      setScales(run, { mean: of(run, moving[0]), variance: of(run, moving[1]) });
    }
    kernels.scaleShift(input.address, scale, shift, output.address, rows * perRow, n);
  });

  const { gradient } = output;
  const [dGamma, dBeta] = [gamma.gradient, beta.gradient];
  if (gradient === undefined || dGamma === undefined || dBeta === undefined) return output;
  // Where nothing in front learns, the gradient of the input is computed over that of the output, and not used.
  const to = input.gradient ?? gradient;
  plan.backward.push(({ kernels, rows }) => {
    kernels.batchNormBackward(
      input.address,
      gradient,
      mean,
      inverse,
      gamma.address,
      dGamma,
      dBeta,
      to,
      rows * perRow,
      n,
    );
  });
  return output;
};
