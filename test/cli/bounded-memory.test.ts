/** Data larger than memory: twenty-four times the records, no more memory, and the bytes of one record at a time. */

import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyPrologue } from '../../src/data/records/npy-layout.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { denseGraph, drawRecords } from '../models/run/spread/dense-graph.ts';
import { PEAK_KILOBYTES } from '../peak-memory.ts';
import { makeFolder, removeFolders } from './run-main.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
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

describe.skipIf(!existsSync(BIN))(
  'dist/bin.js ("npm run build" makes it) on twenty-four times the records',
  () => {
    let folder: string;
    beforeAll(() => {
      folder = makeFolder();
      writeFileSync(join(folder, 'm.tflite'), writeTflite(denseGraph(LENGTH, 4)));
      const preload = `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(${PEAK_KILOBYTES})));`;
      writeFileSync(join(folder, 'peak.cjs'), preload);
      for (const [name, times] of [
        ['few', 1],
        ['many', TIMES],
      ] as const) {
        writeRecords(join(folder, `${name}.npy`), times, true);
        writeRecords(join(folder, `${name}.bin`), times, false);
      }
    });

    /** Peak memory in MB. */
    function peakOf(...argv: string[]): number {
      const peak = join(folder, 'peak.txt');
      execFileSync(process.execPath, ['--require', join(folder, 'peak.cjs'), BIN, ...argv], {
        cwd: folder,
        stdio: 'ignore',
        env: { ...process.env, PEAK: peak },
      });
      return Number(readFileSync(peak, 'utf8')) / 1024;
    }

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
      const few = peakOf(...argv('few'));
      const many = peakOf(...argv('many'));
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
      expect(peakOf(...argv) - peakOf('predict', 'small.tflite', '--value', '0.1', ...flags)).toBeLessThan(
        170,
      );
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
  },
);
