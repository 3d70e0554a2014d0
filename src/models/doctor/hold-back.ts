/** Records that measure where there are no others: some of those that would calibrate. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { pickRecords, type RecordSource } from '../../data/records/records.ts';

/** One of so many is held back. */
const ONE_OF = 4;
const LEAST_RECORDS = 8;

/** Every fourth record measures, and the others calibrate. Throws `few-records` (usage) for too few to share. */
export function holdBack(records: RecordSource): Readonly<Record<'calibration' | 'held', RecordSource>> {
  if (records.count < LEAST_RECORDS) {
    throw usageError(
      'few-records',
      `It takes more than ${counted(records.count, 'sample')} to calibrate with some and to measure on others`,
      `Give ${LEAST_RECORDS} or more, or others to measure on with --data.`,
    );
  }
  const all = Array.from({ length: records.count }, (_, index) => index);
  const isHeld = (index: number): boolean => index % ONE_OF === ONE_OF - 1;
  return {
    calibration: pickRecords(
      records,
      all.filter((index) => !isHeld(index)),
    ),
    held: pickRecords(records, all.filter(isHeld)),
  };
}
