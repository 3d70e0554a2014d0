import type { StepInput } from '../index.ts';
import type { Preset } from './preset.ts';

const WINDOW = 2048;

/** librosa.power_to_db(librosa.feature.melspectrogram(y=…, sr=…)). */
function logMel(rate: number): readonly StepInput[] {
  return [
    { step: 'pad-ends', count: WINDOW / 2 },
    {
      step: 'spectrum',
      rate,
      window: WINDOW,
      hop: WINDOW / 4,
      bands: 128,
      mel: 'slaney',
      weights: 'area',
      logarithm: false,
    },
    { step: 'logarithm', unit: 'dB', floor: 1e-10 },
    { step: 'below-peak', range: 80 },
  ];
}

export const librosa: Preset = {
  summary: '128 bands in dB, 2048 readings every 512, centred',
  rate: 22_050,
  origin: 'power_to_db of feature.melspectrogram of librosa 0.10 and later, with their defaults.',
  steps: logMel,
};

export const librosaMfcc: Preset = {
  summary: '20 MFCC of those bands',
  rate: 22_050,
  origin: 'feature.mfcc of librosa 0.10 and later, with its defaults.',
  steps: (rate) => [...logMel(rate), { step: 'dct', coefficients: 20 }],
};
