/** Which of the calibration records are looked at more closely, where something is held of each of them. */

import { pickRecords, type RecordSource } from '../../data/records/records.ts';

/** Of all records together. */
const MOST_HELD_BYTES = 2 ** 25;
/** However large they are: of integers, so many take less than what calibration keeps of every element. */
const LEAST_HELD = 8;

/** `count` of the records at most, as far apart as they are; of sequences whole ones, one at least. */
export function spacedRecords(records: RecordSource, count: number): RecordSource {
  if (records.count <= count) return records;
  const { sequence = 1 } = records;
  const [all, some] = [records.count / sequence, Math.max(1, Math.floor(count / sequence))];
  if (some >= all) return records;
  const indices = Uint32Array.from({ length: some * sequence }, (_, i) => {
    const first = Math.floor((Math.floor(i / sequence) * all) / some);
    return first * sequence + (i % sequence);
  });
  return pickRecords(records, indices);
}

/** The same, fewer where the `bytes` that are held of each would be too many in all. */
export function heldRecords(records: RecordSource, count: number, bytes: number): RecordSource {
  const affordable = Math.max(LEAST_HELD, Math.floor(MOST_HELD_BYTES / bytes));
  return spacedRecords(records, Math.min(count, affordable));
}
