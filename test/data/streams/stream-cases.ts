/** Preparations whose streams are tested, here and in C. */

import type { Shape } from '../../../src/core/tensor.ts';
import type { StepInput } from '../../../src/data/preparing/index.ts';

export interface StreamCase {
  readonly shape: Shape;
  readonly steps: readonly StepInput[];
}

export const STREAM_CASES = {
  'no steps': { shape: [5, 2], steps: [] },
  'row for row': { shape: [6, 3], steps: [{ step: 'standard' }, { step: 'clip', low: -1, high: 1 }] },
  'rows that grow': {
    shape: [4, 3],
    steps: [{ step: 'one-hot', columns: [{ column: 1, texts: ['a', 'b', 'c'] }] }, { step: 'standard' }],
  },
  'means of several': { shape: [14, 2], steps: [{ step: 'decimate', factor: 4 }, { step: 'standard' }] },
  spectra: {
    shape: [150, 1],
    steps: [{ step: 'spectrum', rate: 8000, window: 32, hop: 20, bands: 5 }, { step: 'standard' }],
  },
  // One row of the whole sample: it is made at every answer, of means as readings come.
  'a few numbers of a sample': {
    shape: [40, 2],
    steps: [
      { step: 'decimate', factor: 2 },
      {
        step: 'statistics',
        measures: ['deviation', 'skewness', 'crest'],
        power: { points: 8, measures: ['kurtosis'] },
      },
      { step: 'standard' },
    ],
  },
  'numbers of windows': {
    shape: [40, 3],
    steps: [{ step: 'statistics', window: 12, hop: 7, measures: ['rms', 'maximum'] }, { step: 'standard' }],
  },
  'windows apart': {
    shape: [200, 1],
    steps: [
      { step: 'decimate', factor: 2 },
      { step: 'spectrum', rate: 4000, window: 16, hop: 21, bands: 3 },
    ],
  },
  'a step of the whole at last': {
    shape: [150, 1],
    steps: [
      { step: 'standard' },
      { step: 'spectrum', rate: 8000, window: 32, hop: 20, bands: 5 },
      { step: 'level' },
      { step: 'clip', high: 0.4 },
    ],
  },
  'a step of the whole at first': {
    shape: [20, 2],
    steps: [{ step: 'level' }, { step: 'decimate', factor: 5 }],
  },
  'a sample of one row': { shape: [7], steps: [{ step: 'standard' }, { step: 'level' }] },
} as const satisfies Readonly<Record<string, StreamCase>>;
