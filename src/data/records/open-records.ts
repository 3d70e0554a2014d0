/** Records in any file that people have: `.npy`, `.csv` or `.json`, told apart by what is in it. */

import { inputError, withErrorContext } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { readCsv } from './csv-records.ts';
import type { FloatArray } from './float-array.ts';
import { readJsonRecords } from './json-records.ts';
import { NPY_MARK } from './npy-layout.ts';
import { arrayRecords, openNpyRecords, type RecordSource, requireRecords } from './records.ts';

const LOOKED_AT_BYTES = 512;

/** No text has controls but tabs, ends of lines and pages. */
const isControl = (byte: number): boolean => byte < 0x20 && (byte < 0x09 || byte > 0x0d);

function readText(file: RandomAccessBytes, start: Uint8Array): FloatArray {
  if (start.some(isControl)) {
    throw inputError(
      'unknown-records',
      'It is neither a .npy file nor text with numbers',
      'Give a .npy, .csv or .json file with one sample per row.',
    );
  }
  return /^\s*[[{]/.test(new TextDecoder().decode(start)) ? readJsonRecords(file) : readCsv(file);
}

/**
 * The records along the first axis of a `.npy` file (a block at a time, of any size), of CSV or of nested lists in JSON
 * (in memory), as float32; `where` names the file in errors. Throws as `openNpyRecords`, and `bad-csv`, `bad-json`,
 * `unknown-records` (input), `too-large` (unsupported). Once it is open, whoever opened it closes the records, not `file`.
 */
export function openRecords(file: RandomAccessBytes, where: string): RecordSource {
  const start = new Uint8Array(Math.min(LOOKED_AT_BYTES, file.length));
  file.readAt(0, start);
  if (start[0] === NPY_MARK[0]) return openNpyRecords(file, where);
  const array = withErrorContext(where, () => readText(file, start));
  requireRecords(array.shape, where);
  file.close();
  return arrayRecords(array);
}
