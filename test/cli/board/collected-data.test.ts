/** What `init --from` makes of a folder of recordings. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { Recording } from '../../../src/data/recording/recording.ts';
import { makeFolder, removeFolders, runMain } from '../run-main.ts';

afterAll(removeFolders);

/** As `collect` writes it: rows of 99.5 Hz in the bursts of USB. */
function recordingText(seconds: number, swing: number, seed: number, hz = 99.5): string {
  const random = createRandom(seed, 'sensor');
  const recording = new Recording(seconds);
  let text = '';
  let written = 0;
  const push = (line: string, time: number): void => {
    const rows = recording.push(Buffer.from(line), time);
    text += recording.text(rows, written === 0 && rows.length > 0);
    written += rows.length;
  };
  push('x,y,z\n', 0);
  for (let i = 0; !recording.isComplete; i++) {
    const time = (i + random.uniform() * 0.1) / hz;
    const values = [swing * Math.sin(i / 5), swing * Math.cos(i / 5), 1].map((value) =>
      (value + 0.05 * random.normal()).toFixed(3),
    );
    push(`${values.join(',')}\r\n`, 3 + Math.ceil(time / 0.016) * 0.016);
  }
  return text;
}

function folderOf(seconds: number): string {
  const folder = makeFolder();
  for (const [label, swing] of [
    ['walk', 1],
    ['stand', 0],
  ] as const) {
    for (let i = 1; i <= 5; i++) {
      const path = join(folder, 'data', label, `${label}-00${i}.csv`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, recordingText(seconds, swing, i));
    }
  }
  return folder;
}

async function proposal(folder: string) {
  const { code, stdout, stderr } = await runMain(folder, ['init', '--from', 'data', 'p']);
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  const { dataset } = JSON.parse(readFileSync(join(folder, 'p', 'tinyml.config.json'), 'utf8'));
  return { stdout, dataset };
}

describe('init --from recordings', () => {
  it('takes folders for classes, leaves the clock out, and cuts windows of about a second', async () => {
    const folder = folderOf(6);
    const { stdout, dataset } = await proposal(folder);
    expect(dataset).toMatchObject({
      source: 'csv',
      task: 'classification',
      classFrom: 'folder',
      window: { length: 128, stride: 64 },
    });
    expect(dataset.format.rate).toBeGreaterThan(98);
    expect(dataset.format.rate).toBeLessThan(101);
    expect(dataset.features).toEqual(['x', 'y', 'z']);
    expect(stdout).not.toContain('another rate');
    expect(stdout).toMatch(/rows come 99\.\d+ times a second, by their clock|rows come 100(\.\d)? times/);
    const made = await runMain(join(folder, 'p'), ['dataset']);
    expect(made.code).toBe(0);
  });

  it('says that some recordings have another rate', async () => {
    const folder = folderOf(6);
    writeFileSync(join(folder, 'data', 'walk', 'walk-006.csv'), recordingText(6, 1, 6, 50));
    const { stdout } = await proposal(folder);
    expect(stdout).toMatch(
      /recordings stay as they are, also those that have not \d+(\.\d+)? rows in a second: 1 of 11 files have another rate/,
    );
  });

  it('takes short recordings for one sample each', async () => {
    const { dataset } = await proposal(folderOf(2));
    expect(dataset.window.length).toBe(dataset.window.stride);
    expect(dataset.window.length).toBeGreaterThan(190);
  });
});
