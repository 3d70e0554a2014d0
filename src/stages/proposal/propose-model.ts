/** A network that fits the samples and the task. */

import type { Task } from '../../models/score/tasks.ts';
import type { ProjectInput } from '../config.ts';
import type { SampleKind } from './sample-kind.ts';

type Architecture = Exclude<NonNullable<ProjectInput['model']>, { readonly layers: unknown }>;

const BY_KIND: Readonly<Record<SampleKind, Architecture>> = {
  row: { architecture: 'mlp', units: [48, 16] },
  series: { architecture: 'conv1d' },
  // Sound as it is: long windows that move far, until few steps are left.
  waveform: {
    architecture: 'conv1d',
    filters: [16, 24, 32, 32],
    kernel: [64, 8, 8, 4],
    stride: [16, 4, 4, 2],
  },
  // Every band is a channel: what sounds together is one thing, and when it sounds does not matter.
  spectrum: {
    architecture: 'conv1d',
    filters: [24, 24, 32],
    kernel: [5, 3, 3],
    stride: [2, 2, 1],
    dropout: 0.2,
  },
  picture: { architecture: 'cnn' },
};

export function proposeModel(task: Task, kind: SampleKind): Architecture {
  return task === 'anomaly' ? { architecture: 'autoencoder' } : BY_KIND[kind];
}
