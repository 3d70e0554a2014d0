import type { Method } from './method.ts';

/** The mean error of rounded weights goes into the bias. */
export const biasCorrection: Method = {
  apply: (calibrated) => ({ ...calibrated, rounding: 'bias-corrected' }),
};

/** Weights are rounded together, each making up for the errors of others, on what the operators before really compute. */
export const compensatedRounding: Method = {
  apply: (calibrated) => ({ ...calibrated, rounding: 'compensated' }),
};
