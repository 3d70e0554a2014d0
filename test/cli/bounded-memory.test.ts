/** Data larger than memory: twenty-four times the records, no more memory, and the bytes of one record at a time. */

import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyPrologue } from '../../src/data/records/npy-layout.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { IS_BUILT } from '../built.ts';
import { denseGraph, drawRecords } from '../models/run/spread/dense-graph.ts';
import { peakOf } from './peak-of.ts';
import { makeFolder, removeFolders } from './run-main.ts';

const LENGTH = 12_288;
const FEW = 125;
const TIMES = 24;
/** What the larger file has more, in MB: well above what a second thread takes. */
const MORE_MB = (FEW * (TIMES - 1) * LENGTH * 4) / 2 ** 20;

afterAll(removeFolders);

/** The same records `times` over. */
function writeRecords(path: string, times: number, headed: boolean): void {
  const { data } = drawRecords(FEW, LENGTH);
  const file = openSync(path, 'w');
  if (headed) writeSync(file, npyPrologue('float32', [times * FEW, LENGTH]));
  for (let i = 0; i < times; i++) writeSync(file, new Uint8Array(data.buffer));
  closeSync(file);
}

describe.skipIf(!IS_BUILT)('dist/bin.js ("npm run build" makes it) on twenty-four times the records', () => {
  let folder: string;
  beforeAll(() => {
    folder = makeFolder();
    writeFileSync(join(folder, 'm.tflite'), writeTflite(denseGraph(LENGTH, 4)));
    for (const [name, times] of [
      ['few', 1],
      ['many', TIMES],
    ] as const) {
      writeRecords(join(folder, `${name}.npy`), times, true);
      writeRecords(join(folder, `${name}.bin`), times, false);
    }
  });

  it.each([
    [
      'convert --calibration',
      (size: string) => ['convert', 'm.tflite', '--calibration', `${size}.npy`, '-o', `${size}.tflite`],
    ],
    [
      'predict --input',
      (size: string) => ['predict', 'm.tflite', '--input', `${size}.npy`, '-o', `${size}.out.npy`],
    ],
    [
      'predict --raw-input',
      (size: string) => [
        'predict',
        'm.tflite',
        '--raw-input',
        `${size}.bin`,
        '--raw-output',
        `${size}.out.bin`,
      ],
    ],
  ])('%s', (_, argv) => {
    const few = peakOf(folder, argv('few'));
    const many = peakOf(folder, argv('many'));
    expect(many - few).toBeLessThan(MORE_MB / 3);
  });

  /** Many short records: what is printed is far larger than what is read. */
  it.each([[[]], [['--json']]])('predict that prints %j', (flags) => {
    writeFileSync(join(folder, 'small.tflite'), writeTflite(denseGraph(1, 4)));
    const rows = 400_000;
    const file = openSync(join(folder, 'rows.npy'), 'w');
    writeSync(file, npyPrologue('float32', [rows, 1]));
    writeSync(file, new Uint8Array(new Float32Array(rows).fill(0.1).buffer));
    closeSync(file);
    const argv = ['predict', 'small.tflite', '--input', 'rows.npy', ...flags];
    const one = peakOf(folder, ['predict', 'small.tflite', '--value', '0.1', ...flags]);
    expect(peakOf(folder, argv) - one).toBeLessThan(170);
  });

  it('the results are those of the few, over and over', () => {
    const few = readFileSync(join(folder, 'few.out.bin'));
    expect(few.length).toBe(FEW * 4 * 4);
    expect(readFileSync(join(folder, 'many.out.bin')).equals(Buffer.concat(Array(TIMES).fill(few)))).toBe(
      true,
    );
    expect(
      readFileSync(join(folder, 'many.out.npy'))
        .subarray(128)
        .equals(readFileSync(join(folder, 'many.out.bin'))),
    ).toBe(true);
    // The same values make the same ranges; only the last bits of means may differ.
    expect(readFileSync(join(folder, 'many.tflite')).length).toBe(
      readFileSync(join(folder, 'few.tflite')).length,
    );
  });
});
