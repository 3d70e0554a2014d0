/** A network that fits the shape of the samples and the task. */

import type { Shape } from '../../core/tensor.ts';
import type { SourceName } from '../../data/sources/index.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { ProjectInput } from '../config.ts';

type Architecture = Exclude<NonNullable<ProjectInput['model']>, { readonly layers: unknown }>;

/** Sound as it is: long windows that move far, until few steps are left. */
const WAVEFORM = { filters: [16, 24, 32, 32], kernel: [64, 8, 8, 4], stride: [16, 4, 4, 2] };

export function proposeModel(task: Task, source: SourceName, shape: Shape): Architecture {
  if (task === 'anomaly') return { architecture: 'autoencoder' };
  if (shape.length === 1) return { architecture: 'mlp', units: [48, 16] };
  if (shape.length === 3) return { architecture: 'cnn' };
  return source === 'wav' ? { architecture: 'conv1d', ...WAVEFORM } : { architecture: 'conv1d' };
}
