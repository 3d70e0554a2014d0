/** What a training reads of a dataset artifact: in memory where that is little, else from its files, a part at a time. */

import type { Artifact } from '../artifacts/store.ts';
import { type RecordSource, readAllRecords, recordLengthOf } from '../data/records/records.ts';
import { rowsInMemory, type SampleRows } from '../training/samples/sample-rows.ts';
import { windowedRows } from '../training/samples/windowed-rows.ts';
import type { LabelledSamples } from '../training/trainer.ts';
import { openRecords } from './dataset-reader.ts';

/** Up to here both splits are held: about a tenth of what a process takes that trains next to nothing. */
const HELD_BYTES = 12 * 2 ** 20;
/** Of larger ones as many samples are held at a time as take as much. */
const WINDOW_BYTES = HELD_BYTES;

export interface TrainingSamples {
  readonly train: LabelledSamples;
  readonly validation: LabelledSamples;
  close(): void;
}

function bytesOf(sources: readonly RecordSource[]): number {
  return sources.reduce(
    (sum, source) => sum + source.count * recordLengthOf(source) * Float32Array.BYTES_PER_ELEMENT,
    0,
  );
}

/** Whoever opens them closes them. Both ways train the same bytes; `heldBytes` decides which it is. */
export function openTrainingSamples(dataset: Artifact, heldBytes = HELD_BYTES): TrainingSamples {
  const opened: RecordSource[] = [];
  const close = (): void => {
    for (const source of opened) source.close();
  };
  try {
    const [train, validation] = (['train', 'validation'] as const).map((split) => {
      const { x, y } = openRecords(dataset, split);
      opened.push(x, y);
      return { x, y };
    });
    const held = bytesOf(opened) <= heldBytes;
    const sampleBytes = bytesOf([train.x, train.y]) / Math.max(1, train.x.count);
    const windowRows = Math.floor(WINDOW_BYTES / sampleBytes);
    const rowsOf = (source: RecordSource, name: string): SampleRows =>
      held ? rowsInMemory(readAllRecords(source, name)) : windowedRows(source, windowRows);
    return {
      train: { x: rowsOf(train.x, 'x_train.npy'), y: rowsOf(train.y, 'y_train.npy') },
      validation: {
        x: rowsOf(validation.x, 'x_validation.npy'),
        y: rowsOf(validation.y, 'y_validation.npy'),
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
