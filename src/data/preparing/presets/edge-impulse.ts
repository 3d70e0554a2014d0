import type { StepInput } from '../index.ts';
import { type Preset, readingsIn } from './preset.ts';

const FLOOR_DB = -52;
const HEADROOM_DB = 12;

/** The power of bands of readings that do not fade in and out. */
function bandPowers(rate: number, hop: number, bands: number): StepInput & { readonly step: 'spectrum' } {
  return {
    step: 'spectrum',
    rate,
    window: readingsIn(0.02, rate),
    hop: readingsIn(hop, rate),
    bands,
    taper: 'rectangular',
    edges: 'whole',
    weights: 'peak',
    perPoint: true,
    logarithm: false,
  };
}

const DIFFERENCE =
  'Pre-emphasis begins with 0, and not with the last reading of the sample. Windows longer than the points that it has by default are not cut: the transform holds a window.';

export const edgeImpulseMfe: Preset = {
  summary: '40 bands in dB from 0 to 1, 20 ms every 10 ms',
  rate: 16_000,
  origin: `The block MFE of Edge Impulse, version 4, at its defaults. ${DIFFERENCE}`,
  steps: (rate) => [
    { step: 'pre-emphasis', coefficient: 0.98 },
    bandPowers(rate, 0.01, 40),
    { step: 'logarithm', unit: 'dB', floor: 1e-30 },
    { step: 'scale', from: [FLOOR_DB, HEADROOM_DB], to: [0, 1] },
    { step: 'clip', low: 0, high: 1 },
    { step: 'round', levels: 256 },
    { step: 'clip', high: 255 / 256 },
  ],
};

export const edgeImpulseMfcc: Preset = {
  summary: '13 MFCC of 32 bands, 20 ms every 20 ms, normalized over 101 frames',
  rate: 16_000,
  origin: `The block MFCC of Edge Impulse, version 4, at its defaults. ${DIFFERENCE}`,
  steps: (rate) => [
    { step: 'pre-emphasis', coefficient: 0.98 },
    { ...bandPowers(rate, 0.02, 32), total: true },
    { step: 'logarithm', floor: 1e-30 },
    { step: 'dct', coefficients: 13, keepFirst: true },
    { step: 'normalize', window: 101, added: 1e-10 },
  ],
};
