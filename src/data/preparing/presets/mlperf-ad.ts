import type { Preset } from './preset.ts';

export const mlperfAd: Preset = {
  summary: '128 bands in dB, 1024 readings every 512',
  rate: 16_000,
  origin:
    'Anomaly detection of MLPerf Tiny: librosa. Its samples are 5 frames: 3072 readings, inside a recording, where librosa pads nothing.',
  steps: (rate) => [
    {
      step: 'spectrum',
      rate,
      window: 1024,
      hop: 512,
      bands: 128,
      mel: 'slaney',
      weights: 'area',
      logarithm: false,
    },
    { step: 'logarithm', unit: 'dB', added: Number.EPSILON },
  ],
};
