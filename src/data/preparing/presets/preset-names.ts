/** Tools whose features are made by name; `presets/index.ts` has a row for each. */
export const PRESET_NAMES = [
  'tflm-micro-speech',
  'mlperf-kws',
  'mlperf-ad',
  'librosa',
  'librosa-mfcc',
  'edge-impulse-mfe',
  'edge-impulse-mfcc',
  'edge-impulse-spectral',
] as const;
/** One of them. */
export type PresetName = (typeof PRESET_NAMES)[number];
