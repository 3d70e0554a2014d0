/** What a search may choose of how samples are made: the size of pictures, how long windows are, how fine spectra. */

import { type DatasetConfig, isGenerated } from '../../dataset-config.ts';
import type { Knob, Knobs } from './space-schema.ts';

const LEAST_SIDE = 16;
const LEAST_WINDOW = 8;
const LEAST_BANDS = 8;

function shares(value: number, least: number, ...of: readonly number[]): number[] {
  return [
    ...new Set(of.map((share) => Math.round(value * share)).filter((one) => one >= least || one === value)),
  ];
}

function pictureKnobs(dataset: DatasetConfig): Knobs {
  if (dataset.source !== 'images') return {};
  const { format } = dataset;
  const { width, height } = format;
  if (typeof width !== 'number' || typeof height !== 'number') return {};
  const sizes = [0.5, 0.75, 1]
    .map((share) => ({ ...format, width: Math.round(width * share), height: Math.round(height * share) }))
    .filter((size) => size.width === width || Math.min(size.width, size.height) >= LEAST_SIDE);
  return { format: sizes as Knob };
}

/** As many of a window as before lie in one stride. */
function windowKnobs(dataset: DatasetConfig): Knobs {
  if (isGenerated(dataset) || dataset.window === undefined) return {};
  const { length, stride } = dataset.window;
  const lengths = shares(length, LEAST_WINDOW, 0.5, 0.75, 1);
  return {
    window: lengths.map((own) => ({ length: own, stride: Math.max(1, Math.round((stride * own) / length)) })),
  };
}

/** What each kind of spectrum calls its bands. Fewer of them, further apart, always fit; shorter windows may leave bands empty. */
const BANDS = { spectrum: 'bands', 'fixed-spectrum': 'channels' } as const;

function spectrumKnobs(dataset: DatasetConfig): Knobs {
  if (isGenerated(dataset)) return {};
  const knobs = dataset.prepare.flatMap((step, index) => {
    if (step.step !== 'spectrum' && step.step !== 'fixed-spectrum') return [];
    const bands = step.step === 'spectrum' ? step.bands : step.channels;
    return [
      [`prepare[${index}].${BANDS[step.step]}`, shares(bands, LEAST_BANDS, 0.5, 0.75, 1)] as const,
      [`prepare[${index}].hop`, shares(step.hop, 1, 1, 1.5, 2)] as const,
    ];
  });
  return Object.fromEntries(knobs);
}

/** By their places in the `dataset` section. A window of another length is another sample: spectra alone, where there are some, leave their samples as they are. */
export function datasetKnobs(dataset: DatasetConfig): Knobs {
  const spectrum = spectrumKnobs(dataset);
  const windows = Object.keys(spectrum).length > 0 ? {} : windowKnobs(dataset);
  return { ...pictureKnobs(dataset), ...windows, ...spectrum };
}
