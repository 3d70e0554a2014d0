import { type Preset, readingsIn } from './preset.ts';

export const mlperfKws: Preset = {
  summary: '10 MFCC of 40 bands from 20 to 4000 Hz, 30 ms every 20 ms',
  rate: 16_000,
  origin:
    'Keyword spotting of MLPerf Tiny: tf.signal. It divides recordings by their largest value before; a step "level" of the measure "peak" in front does so.',
  steps: (rate) => [
    {
      step: 'spectrum',
      rate,
      window: readingsIn(0.03, rate),
      hop: readingsIn(0.02, rate),
      bands: 40,
      low: 20,
      high: 4000,
      of: 'magnitude',
      weights: 'peak',
      slopes: 'mel',
      logarithm: false,
    },
    { step: 'logarithm', added: 1e-6 },
    { step: 'dct', coefficients: 10, norm: 'tensorflow' },
  ],
};
