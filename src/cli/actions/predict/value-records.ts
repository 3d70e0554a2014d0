import { arrayRecords, type RecordSource } from '../../../data/records/records.ts';

/** Values of the command line, each a record. */
export function valueRecords(values: readonly number[]): RecordSource {
  return arrayRecords({ shape: [values.length, 1], data: Float32Array.from(values) });
}
