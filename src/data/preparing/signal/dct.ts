import * as z from 'zod';
import { cosineScales, MAX_TRANSFORMED, transformedCount } from '../../../core/samples/cosine-transform.ts';
import type { PreparingStep } from '../step.ts';
import { channelCount } from '../transforms/channel-values.ts';
import { settledOn } from './bad-step.ts';

const options = z.strictObject({
  step: z
    .literal('dct')
    .describe('Rows of logarithms of bands become cepstral coefficients (MFCC), which are fewer.'),
  coefficients: z.int().min(1).max(MAX_TRANSFORMED).default(13).describe('How many of each row.'),
  norm: z
    .enum(['ortho', 'tensorflow'])
    .default('ortho')
    .describe('Of equal length, or the first one √2 times as large, as tf.signal has it.'),
  lifter: z.number().min(0).max(1000).default(0).describe('Raises those in the middle; 0: none.'),
  keepFirst: z
    .literal(true)
    .optional()
    .describe('The first value of a row is no band (but the energy): it stays, in place of coefficient 0.'),
});

export const dct: PreparingStep<typeof options, 'dct'> = {
  summary: 'cepstral coefficients of bands (MFCC)',
  options,
  becomes: 'dct',
  fit({ step, coefficients, norm, lifter, keepFirst }, shape) {
    const kept = keepFirst === undefined ? {} : { keepFirst };
    const bands = transformedCount({ scales: [], ...kept }, channelCount(shape));
    const scales = cosineScales(Math.max(1, bands), coefficients, norm, lifter);
    const parameters = { scales, ...kept };
    return settledOn(step, { step: 'dct', parameters }, shape, 'Ask for fewer "coefficients".');
  },
};
