/** An autoencoder that listens all the time: from files of what is normal to the firmware that hears what is not. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { runNative } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { artifact } from './project-run.ts';
import { removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

const LENGTH = 24;
const random = createRandom(8, 'listening anomalies');

/** A steady swing, or one that is as large and of another rhythm. */
function recording(isFaulty: boolean, rows: number): string {
  const phase = 6.28 * random.uniform();
  const line = (_: unknown, i: number): string =>
    (Math.sin(phase + i * (isFaulty ? 1.3 : 0.5236)) + 0.05 * random.normal()).toFixed(3);
  return `${Array.from({ length: rows }, line).join('\n')}\n`;
}

function files(stream: object): Record<string, string> {
  const project = {
    dataset: {
      source: 'csv',
      path: 'data',
      task: 'anomaly',
      classFrom: 'folder',
      normal: ['well'],
      window: { length: LENGTH, stride: 4 },
      prepare: [{ step: 'standard' }],
      split: { by: 'group', train: 0.5, validation: 0.25, test: 0.25 },
    },
    model: { architecture: 'autoencoder', hidden: [16, 4, 16] },
    training: { epochs: 30, loss: 'mse' },
    export: { layout: 'standalone', name: 'model', directory: 'firmware' },
    stream,
  };
  const recordings = (['well', 'worn'] as const).flatMap((name) =>
    Array.from(
      { length: name === 'well' ? 16 : 4 },
      (_, i) => [`data/${name}/${i}.csv`, `x\n${recording(name === 'worn', 150)}`] as const,
    ),
  );
  return { 'tinyml.config.json': JSON.stringify(project), ...Object.fromEntries(recordings) };
}

interface Heard {
  readonly labels: readonly string[];
  readonly events: readonly { readonly seconds: number; readonly label: string; readonly score: number }[];
  readonly judged: object;
}

let folder = '';
let heard: Heard;
beforeAll(async () => {
  folder = makeFiles(files({ rate: 25 }));
  const { code, stderr } = await runMain(folder, ['run']);
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  const parts = [false, true, false, true, false];
  writeFileSync(join(folder, 'day.csv'), `x\n${parts.map((part) => recording(part, 100)).join('')}`);
  writeFileSync(join(folder, 'day.txt'), '4\t8\tanomaly\n12\t16\tanomaly\n');
  const flags = ['evaluate', '--stream', 'day.csv', '--events', 'day.txt', '--json'];
  const { stdout } = await runMain(folder, flags);
  heard = JSON.parse(stdout);
});
afterAll(removeFolders);

describe('an autoencoder with "stream"', () => {
  it('hears what is not normal, and nothing else', () => {
    expect(heard.labels).toEqual(['anomaly']);
    expect(heard.judged).toMatchObject({ misses: 0, confusions: 0, falseAlarms: 0 });
    for (const { label, score } of heard.events) expect([label, score > 0.5]).toEqual(['anomaly', true]);
  });

  it('keeps the threshold of single samples, which is that of the evaluation', () => {
    const read = (stage: string, file: string) => JSON.parse(artifact(folder, stage, file).toString());
    const { decision } = read('stream', 'stream.json');
    expect(decision.threshold).toBe(read('evaluate', 'evaluation.json').converted.threshold);
    expect(decision.on.length).toBe(1);
  });

  it('has the error from which it is heard in its report', async () => {
    await runMain(folder, ['report']);
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html).toMatch(/<dt>heard from a mean error of<\/dt><dd>\d+\.\d\d × [\d.e-]+<\/dd>/);
    expect(html).toMatch(/missed<\/th><td class="n">0 of 0<\/td>/);
  });

  const missing = missingNative();
  it.skipIf(missing !== '')(`hears the same in C ${missing}`, () => {
    const at = join(folder, 'firmware');
    const sources = Object.fromEntries(
      readdirSync(at)
        .filter((name) => /\.[ch]$/.test(name))
        .map((name) => [name, readFileSync(join(at, name), 'utf8')]),
    );
    const input = readFileSync(join(folder, 'day.csv'));
    const { stdout, stderr } = runNative(sources, { strict: true, input });
    expect(stderr).toBe('');
    expect(stdout.split('\n').filter((line) => line.startsWith('heard '))).toEqual(
      heard.events.map(({ label, score }) => `heard ${label} ${score.toFixed(4)}`),
    );
  });
});

it.each([
  [{ rate: 25, background: ['well'] }, 'there is one to be heard'],
  [{}, 'how many readings a second has'],
])('is refused with %j', async (stream, sentence) => {
  const all = files(stream);
  const one = JSON.parse(all['tinyml.config.json']);
  one.training.epochs = 1;
  const own = makeFiles({ ...all, 'tinyml.config.json': JSON.stringify(one) });
  const { code, stderr } = await runMain(own, ['run']);
  expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
});
