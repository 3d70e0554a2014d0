import type { Preset } from './preset.ts';

export const edgeImpulseSpectral: Preset = {
  summary: '13 numbers of each channel: RMS, skewness, kurtosis, those of the spectrum, 8 powers as log10',
  rate: 62.5,
  origin:
    'The block Spectral features of Edge Impulse, version 4, at its defaults, of any rate. Where a channel stays as it is, skewness and kurtosis are 0 here, and no numbers there. Its filters are a step "filter" in front, with bands of "statistics" up to the cut-off; its decimation, its wavelets and its extra low frequencies are not there.',
  steps: () => [
    {
      step: 'statistics',
      // The RMS of readings less their mean.
      measures: ['deviation', 'skewness', 'kurtosis'],
      power: { points: 16, measures: ['skewness', 'kurtosis'] },
    },
  ],
};
