/** What a sample is, to networks and their training. */

import type { Shape } from '../../core/tensor.ts';
import type { FilesInput } from '../dataset-config.ts';

export type SampleKind = 'row' | 'series' | 'waveform' | 'spectrum' | 'picture';

const SPECTRA: readonly string[] = ['spectrum', 'fixed-spectrum', 'preset'];

/** `shape` is that of a sample before it is prepared. */
export function sampleKind({ source, prepare = [] }: FilesInput, shape: Shape): SampleKind {
  if (prepare.some(({ step }) => SPECTRA.includes(step))) return 'spectrum';
  if (shape.length <= 1) return 'row';
  if (shape.length === 3) return 'picture';
  return source === 'wav' ? 'waveform' : 'series';
}
