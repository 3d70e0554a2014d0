/** A project that listens all the time, from its files to what is heard in a recording. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import { newManifest } from '../../src/artifacts/manifest.ts';
import { sha256 } from '../../src/core/digest.ts';
import { createRandom } from '../../src/core/random.ts';
import { missingCortexM4 } from '../cross/probe.ts';
import { removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

const LENGTH = 24;
const random = createRandom(5, 'listening test');

/** Noisy readings about a level. */
function recording(level: number, rows: number): string {
  const line = (): string => (level + 0.3 * random.normal()).toFixed(3);
  return `${Array.from({ length: rows }, line).join('\n')}\n`;
}

const LEVELS = { rest: 0, lifted: 2, lowered: -2 } as const;

function files(stream: object): Record<string, string> {
  const project = {
    dataset: {
      source: 'csv',
      path: 'data',
      task: 'classification',
      classFrom: 'folder',
      window: { length: LENGTH, stride: 12 },
      prepare: [{ step: 'decimate', factor: 2 }, { step: 'standard' }],
      split: { by: 'group', train: 0.5, validation: 0.25, test: 0.25 },
    },
    model: {
      layers: [
        { type: 'Flatten' },
        { type: 'Dense', units: 16, activation: 'relu' },
        { type: 'Dense', units: 3, activation: 'softmax' },
      ],
    },
    training: { epochs: 20, loss: 'categoricalCrossentropy', metrics: ['accuracy'] },
    stream,
  };
  const recordings = Object.entries(LEVELS).flatMap(([name, level]) =>
    Array.from({ length: 12 }, (_, i) => [`data/${name}/${i}.csv`, `x\n${recording(level, 60)}`] as const),
  );
  return { 'tinyml.config.json': JSON.stringify(project), ...Object.fromEntries(recordings) };
}

let folder = '';
beforeAll(async () => {
  folder = makeFiles(files({ background: ['rest'], rate: 25 }));
  const { code, stderr } = await runMain(folder, ['run']);
  expect(stderr).toContain('stream');
  expect(code).toBe(0);
});
afterAll(removeFolders);

describe('a project with "stream"', () => {
  beforeAll(() => writeFileSync(join(folder, 'a.tflite'), ''));

  it('hears in a recording what its labels say', async () => {
    const parts = [0, 2, 0, -2, 0, 2, 0];
    writeFileSync(join(folder, 'day.csv'), `x\n${parts.map((level) => recording(level, 50)).join('')}`);
    writeFileSync(join(folder, 'day.txt'), '2\t4\tlifted\n6\t8\tlowered\n10\t12\tlifted\n');
    const { stdout, code } = await runMain(folder, [
      'evaluate',
      '--stream',
      'day.csv',
      '--events',
      'day.txt',
      '--json',
    ]);
    expect(code).toBe(0);
    const heard = JSON.parse(stdout);
    expect(heard).toMatchObject({
      input: 'day.csv',
      seconds: 14,
      missing: 0,
      labels: ['lifted', 'lowered', 'rest'],
    });
    const names = heard.events.map(({ label }: { label: string }) => label);
    expect([...new Set(names)]).toEqual(['lifted', 'lowered']);
    expect(heard.judged).toMatchObject({ misses: 0, confusions: 0, falseAlarms: 0 });
    const text = await runMain(folder, ['evaluate', '--stream', 'day.csv', '--events', 'day.txt']);
    expect(text.stdout).toMatch(/lifted +2 +2 +0/);
    expect(text.stdout).toContain('0 false alarms');
  });

  it('stands for readings that are missing with the one before', async () => {
    writeFileSync(
      join(folder, 'holes.csv'),
      `x\n${recording(0, 30)}\n${'NaN\n'.repeat(3)}${recording(0, 30)}`,
    );
    const { stdout } = await runMain(folder, ['evaluate', '--stream', 'holes.csv', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ missing: 3 });
  });

  it('has settings, and what was heard of both splits, in its report', async () => {
    const { code } = await runMain(folder, ['report']);
    expect(code).toBe(0);
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    const at = html.indexOf('<section id="stream"');
    const section = html.slice(at, html.indexOf('</section>', at));
    // 25 readings a second, two of them a row; eight answers are to pass with a sample of 12 rows, so every row has one.
    expect(section).toContain('<dt>an answer every</dt><dd>0.08 s</dd>');
    expect(section).toMatch(
      /false alarms in an hour of background<\/th><td class="n">[\d.]+<\/td><td class="n">[\d.]+/,
    );
    expect(section).toMatch(/missed<\/th><td class="n">\d+ of \d+<\/td><td class="n">\d+ of \d+<\/td>/);
    expect(section).toContain('<th scope="row">lifted</th>');
    expect(section).not.toContain('<th scope="row">rest</th>');
    expect(section).not.toMatch(/undefined|NaN/);
  });

  it.skipIf(missingCortexM4() !== '')(
    'is held against a share of its time, which the emulator counts',
    async () => {
      const argv = ['check', '--max-duty', '0.5', '--json', '--clock'];
      const kept = await runMain(folder, [...argv, '64M']);
      expect(kept.code).toBe(0);
      const [row] = JSON.parse(kept.stdout).checks;
      expect(row).toMatchObject({ check: 'duty', ok: true, limit: 0.5 });
      expect(row.measured).toBeGreaterThan(0);
      const broken = await runMain(folder, [...argv, '1k']);
      expect(broken.code).toBe(5);
      expect(JSON.parse(broken.stdout).checks[0].measured).toBeCloseTo(row.measured * 64e3, 10);
    },
  );

  it.skipIf(missingCortexM4() !== '')('says in inspect what its parts take', async () => {
    const { code, stdout } = await runMain(folder, ['inspect', '--clock', '64M', '--json']);
    expect(code).toBe(0);
    const { listening } = JSON.parse(stdout);
    // Rows of 12 values in int8; outputs of three classes, their sums, and four numbers beside them.
    expect(listening.parts.rows).toEqual({ ramBytes: 12, flashBytes: 0, instructions: 0 });
    expect(listening).toMatchObject({ secondsPerAnswer: 0.08, clock: 64e6 });
    const { features, network, decision } = listening.parts;
    const instructions = features.instructions + network.instructions + decision.instructions;
    expect(listening.duty).toBeCloseTo(instructions / 0.08 / 64e6, 12);
    const text = await runMain(folder, ['inspect']);
    expect(text.stdout).toMatch(/network +[\d,]+ +[\d,]+ +[\d,]+/);
    expect(text.stdout).not.toContain('duty  ');
  });

  it('has no clock for a file, which does not listen', async () => {
    const argv = ['inspect', 'a.tflite', '--clock', '64M'];
    const { code, stderr } = await runMain(folder, argv);
    expect(stderr).toContain('--clock needs a project that listens');
    expect(code).toBe(2);
  });

  it('is not known to keep to a share of its time where nothing counts', async () => {
    const path = process.env.PATH ?? '';
    process.env.PATH = folder;
    try {
      const { code, stdout } = await runMain(folder, ['check', '--max-duty', '0.5', '--clock', '64M']);
      expect(stdout).toContain(
        'FAIL duty of standalone-c: not known whether it keeps to the limit of 0.5: arm-none-eabi-gcc is not installed.',
      );
      expect(code).toBe(5);
    } finally {
      process.env.PATH = path;
    }
  });

  it.each([
    [['--max-duty', '0.5'], 'Give --clock 64M'],
    [['--max-duty', '0.5', '--clock', '0'], 'It must be above 0.'],
    [['a.tflite', '--max-duty', '0.5', '--clock', '64M'], 'needs a project that listens'],
  ])('is not asked for its duty by %j', async (argv, sentence) => {
    const { code, stderr } = await runMain(folder, ['check', ...argv]);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });

  it('is up to date until its settings change', async () => {
    const again = await runMain(folder, ['run']);
    expect(again.stdout).toMatch(/stream +up to date/);
  });

  it('makes settings again that an earlier tinyml wrote in another form', async () => {
    const artifact = diskStore(join(folder, 'artifacts')).latest('stream');
    if (artifact === undefined) throw new Error('there is no stream');
    const path = join(artifact.directory, 'stream.json');
    const settings = artifact.readText('stream.json');
    const { largest: _, ...older } = JSON.parse(settings);
    const bytes = Buffer.from(JSON.stringify(older));
    writeFileSync(path, bytes);
    const { digest: __, provenance, files: whole, ...content } = artifact.manifest;
    const written = whole.map((file) => ({ ...file, bytes: bytes.length, sha256: sha256(bytes) }));
    writeFileSync(
      join(artifact.directory, 'manifest.json'),
      JSON.stringify(newManifest({ ...content, files: written, provenance })),
    );
    const report = await runMain(folder, ['report', '-o', 'older.html']);
    expect(report.code).toBe(3);
    expect(report.stderr).toContain('stream.json is of another form than this tinyml reads (largest: ');
    const heard = await runMain(folder, ['evaluate', '--stream', 'day.csv']);
    expect([heard.code, heard.stderr]).toEqual([0, expect.stringContaining('stream is made again.')]);
    expect(diskStore(join(folder, 'artifacts')).latest('stream')?.readText('stream.json')).toBe(settings);
  });

  it('says nothing of it in the report of a project that no longer listens', async () => {
    const path = join(folder, 'tinyml.config.json');
    const before = readFileSync(path, 'utf8');
    const { stream: _, ...silent } = JSON.parse(before);
    writeFileSync(path, JSON.stringify(silent));
    await runMain(folder, ['report', '-o', 'silent.html']);
    writeFileSync(path, before);
    const html = readFileSync(join(folder, 'silent.html'), 'utf8');
    expect(html).not.toContain('id="stream"');
    expect(html).not.toContain('Not shown');
  });

  it.each([
    [['--stream', 'nothing.csv'], 3, 'nothing.csv'],
    [['--stream', 'day.csv', '--events', 'tinyml.config.json'], 3, 'line 1'],
    [['--events', 'day.txt'], 2, '--stream FILE'],
  ])('refuses %j', async (flags, expected, sentence) => {
    const { code, stderr } = await runMain(folder, ['evaluate', ...flags]);
    expect(stderr).toContain(sentence);
    expect(code).toBe(expected);
  });
});

describe('a project in which nothing can be heard', () => {
  it.each([
    [{ background: ['rest'] }, 'how many readings a second has'],
    [{ background: ['hum'], rate: 25 }, 'the classes are lifted, lowered, rest'],
    [{ background: ['rest', 'lifted', 'lowered'], rate: 25 }, 'nothing is left to be heard'],
  ])('is told why: %j', async (stream, sentence) => {
    const all = files(stream);
    const one = JSON.parse(all['tinyml.config.json']);
    one.training.epochs = 1;
    const own = makeFiles({ ...all, 'tinyml.config.json': JSON.stringify(one) });
    const { stderr, code } = await runMain(own, ['run']);
    expect(stderr).toContain(sentence);
    expect([2, 3]).toContain(code);
  });
});
