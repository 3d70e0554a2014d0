import { usageError } from '../../core/errors.ts';
import type { ProjectConfig } from '../config.ts';
import { isSequence } from '../dataset/from-files.ts';
import { type FilesConfig, isGenerated } from '../dataset-config.ts';
import type { StreamConfig } from './stream-config.ts';

/** What a project says of its stream, and of the data that are heard. */
export interface StreamOptions extends StreamConfig {
  readonly dataset: FilesConfig;
  /** Readings in a second. */
  readonly rate: number;
}

function checkBackground(task: 'classification' | 'anomaly', background: StreamConfig['background']): void {
  if ((task === 'classification') === (background !== undefined)) return;
  throw usageError(
    'stream-background',
    task === 'anomaly'
      ? 'stream.background names classes, and of the task "anomaly" there is one to be heard: what is not normal'
      : 'Nothing says which classes are never heard',
    task === 'anomaly' ? 'Leave it out: "stream": {}.' : 'Name them: "stream": { "background": ["noise"] }.',
  );
}

/** Throws `no-stream`, `stream-background` and `no-rate` (usage) for projects in which nothing can be listened to. */
export function streamOptions({ stream, dataset }: ProjectConfig): StreamOptions {
  if (stream === undefined) {
    throw usageError(
      'no-stream',
      'The project file has no "stream"',
      'Say what is never heard: "stream": { "background": ["noise"] }.',
    );
  }
  const task = isGenerated(dataset) ? undefined : dataset.task;
  if (isGenerated(dataset) || task === undefined || task === 'regression' || !isSequence(dataset)) {
    throw usageError(
      'no-stream',
      'What listens all the time tells classes of recordings apart, or what is unlike normal ones, and the samples of this project are none',
      'Give files with "task": "classification" or "anomaly" and a "window", or leave "stream" out.',
    );
  }
  checkBackground(task, stream.background);
  const rate = stream.rate ?? ('rate' in dataset.format ? dataset.format.rate : undefined);
  if (typeof rate === 'number') return { ...stream, dataset, rate };
  throw usageError(
    'no-rate',
    'Nothing says how many readings a second has',
    'Say it in the project file: "stream": { "rate": 50 }.',
  );
}
