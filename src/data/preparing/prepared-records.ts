/** Records as a model takes them, of records as they were measured. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { type Preparation, preparedShape } from '../../core/samples/preparation.ts';
import { elementCount, formatShape } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from '../records/records.ts';
import { applyPreparation } from './preparation.ts';

/** Throws `record-length` (usage) for records that are no samples of that preparation. */
export function preparedRecords(measured: RecordSource, preparation: Preparation): RecordSource {
  const [length, shape] = [elementCount(preparation.inputShape), preparedShape(preparation)];
  if (recordLengthOf(measured) !== length) {
    throw usageError(
      'record-length',
      `The samples have ${counted(recordLengthOf(measured), 'value')} each, and as they are measured they have ${length}: ${formatShape(preparation.inputShape)}`,
      'Give samples as the dataset of the project has them before it prepares them.',
    );
  }
  const prepare = applyPreparation(preparation);
  let block = new Float32Array(0);
  return {
    count: measured.count,
    shape,
    read(start, rows, into) {
      if (block.length < rows * length) block = new Float32Array(rows * length);
      measured.read(start, rows, block);
      prepare(block, rows, into);
    },
    close: () => measured.close(),
  };
}
