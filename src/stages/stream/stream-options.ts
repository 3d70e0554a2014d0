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

/** Throws `no-stream` and `no-rate` (usage) for projects in which nothing can be listened to. */
export function streamOptions({ stream, dataset }: ProjectConfig): StreamOptions {
  if (stream === undefined) {
    throw usageError(
      'no-stream',
      'The project file has no "stream"',
      'Say what is never heard: "stream": { "background": ["noise"] }.',
    );
  }
  if (isGenerated(dataset) || dataset.task !== 'classification' || !isSequence(dataset)) {
    throw usageError(
      'no-stream',
      'What listens all the time tells classes of recordings apart, and the samples of this project are none',
      'Give files with "task": "classification" and a "window", or leave "stream" out.',
    );
  }
  const rate = stream.rate ?? ('rate' in dataset.format ? dataset.format.rate : undefined);
  if (typeof rate === 'number') return { ...stream, dataset, rate };
  throw usageError(
    'no-rate',
    'Nothing says how many readings a second has',
    'Say it in the project file: "stream": { "rate": 50 }.',
  );
}
