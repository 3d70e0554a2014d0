/** `tinyml features`: recordings in, what training and the chip make of them out. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpyFloat32 } from '../../src/data/records/npy.ts';
import { encodeWav } from '../../src/data/sources/wav/encode-wav.ts';
import { fitted, prepared } from '../data/preparing/fit.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const RATE = 16_000;
const tone = (length: number, level = 0.5): Float32Array =>
  Float32Array.from({ length }, (_, i) => level * Math.sin((2 * Math.PI * 440 * i) / RATE));

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = makeFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** The same bytes as pairs of a left and a right value. */
function asStereo(wav: Uint8Array): Uint8Array {
  const bytes = wav.slice();
  const view = new DataView(bytes.buffer);
  view.setUint16(22, 2, true);
  view.setUint32(28, 4 * RATE, true);
  view.setUint16(32, 4, true);
  return bytes;
}

describe('of a recording', () => {
  it('are what training makes of it: as numbers, as a picture, as JSON', async () => {
    const folder = folderOf({ 'tone.wav': encodeWav(tone(RATE), RATE) });
    const argv = ['features', 'tone.wav', '--preset', 'mlperf-kws', '-o', 'x.npy', '--svg', 'x.svg'];
    const { code, stdout, stderr } = await runMain(folder, argv);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^tone\.wav: 16000 readings, 16000 Hz, 1 s\n {2}features \[49, 10\] from -\S+ to \S+\n/,
    );
    const written = readNpyFloat32(readFileSync(join(folder, 'x.npy')));
    const heard = Float32Array.from(tone(RATE), (value) => Math.round(32_767 * value) / 32_768);
    const preparation = await fitted([{ step: 'preset', name: 'mlperf-kws' }], heard, [RATE, 1]);
    expect(written.shape).toEqual([1, 49, 10]);
    expect([...written.data]).toEqual([...prepared(preparation, heard)]);
    const svg = readFileSync(join(folder, 'x.svg'), 'utf8');
    expect(svg).toContain('49 rows of 10 values from');
    expect(svg).toContain('0.98 s');
    const json = await runMain(folder, ['features', 'tone.wav', '--preset', 'mlperf-kws', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      files: [{ file: 'tone.wav', rows: RATE, rate: RATE, channels: 1, clipped: 0, shape: [49, 10] }],
      written: [],
    });
  });

  it('say that sound was clipped, and that channels were mixed', async () => {
    const folder = folderOf({
      'loud.wav': encodeWav(tone(RATE, 2), RATE),
      'both.wav': asStereo(encodeWav(tone(2 * RATE), RATE)),
    });
    const loud = await runMain(folder, ['features', 'loud.wav', '--preset', 'mlperf-ad']);
    expect(loud.stderr).toMatch(/loud\.wav is clipped: \d+ readings lie at full scale/);
    expect(loud.stdout).toMatch(/\(\S+ %\) clipped/);
    const both = await runMain(folder, ['features', 'both.wav', '--preset', 'mlperf-ad']);
    expect(both.stderr).toContain('both.wav has 2 channels; their mean is taken.');
  });

  it('of a table are made by steps', async () => {
    const folder = folderOf({ 'walk.csv': 'x,y\n1,10\n2,20\n3,60\n' });
    const steps = '[{"step":"remove-mean"}]';
    const argv = ['features', 'walk.csv', '--steps', steps, '-o', 'x.csv'];
    expect((await runMain(folder, argv)).code).toBe(0);
    expect(readFileSync(join(folder, 'x.csv'), 'utf8')).toBe('-1,-20,0,-10,1,30\n');
  });
});

describe('are refused', () => {
  const wav = encodeWav(tone(RATE), RATE);
  const slow = encodeWav(tone(RATE), 8000);
  const files = {
    'a.wav': wav,
    'slow.wav': slow,
    'short.wav': encodeWav(tone(100), RATE),
    'half.wav': encodeWav(tone(RATE / 2), RATE),
    'named.csv': 'x,who\n1,anna\n2,ben\n',
  };
  it.each([
    [['a.wav'], 2, 'which features'],
    [['slow.wav', '--preset', 'mlperf-kws'], 2, 'slow.wav has 8000 readings in a second, and the preset'],
    [['slow.wav', '--preset', 'mlperf-kws', '--rate', '6000'], 2, 'makes no features of 6000 readings'],
    [
      ['short.wav', '--preset', 'mlperf-kws'],
      2,
      'short.wav: The preparing step "spectrum" reads windows of 480 values',
    ],
    [['named.csv', '--steps', '[{"step":"remove-mean"}]'], 3, 'its column "who" is no numbers'],
    [['a.wav', '--steps', '[{"step"'], 2, 'The steps are no JSON'],
    [['a.wav', '--steps', '[{"step":"what"}]'], 2, 'no list of preparing steps'],
    [['a.wav', 'half.wav', '--preset', 'mlperf-kws', '-o', 'x.npy'], 2, 'one file takes one shape'],
    [['a.wav', 'half.wav', '--preset', 'mlperf-kws', '--svg', 'x.svg'], 2, '--svg draws one file'],
    [['a.wav', '--preset', 'mlperf-kws', '-o', 'a.wav'], 2, 'a.wav is what the command reads'],
    [['none.wav', '--preset', 'mlperf-kws'], 3, 'none.wav'],
  ])('%j', async (argv, exitCode, words) => {
    const { code, stdout, stderr } = await runMain(folderOf(files), ['features', ...argv]);
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(stderr).toContain(words);
  });

  it('but not at a rate that is said', async () => {
    const argv = ['features', 'slow.wav', '--preset', 'mlperf-kws', '--rate', '8000', '--json'];
    const { stdout } = await runMain(folderOf(files), argv);
    expect(JSON.parse(stdout).files[0].shape).toEqual([99, 10]);
  });
});
