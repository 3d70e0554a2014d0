import { type Preset, readingsIn } from './preset.ts';

/** The scale of the input of micro_speech: 256 levels from 0 to 26. */
const LEVEL = 26 / 255;

export const tflmMicroSpeech: Preset = {
  summary: '40 channels of 30 ms every 20 ms in integers, with noise reduction and gain control',
  rate: 16_000,
  origin: 'The audio preprocessor of TensorFlow Lite Micro (micro_speech), bit for bit.',
  steps: (rate) => [
    {
      step: 'fixed-spectrum',
      rate,
      window: readingsIn(0.03, rate),
      hop: readingsIn(0.02, rate),
      levels: LEVEL,
    },
  ],
};
