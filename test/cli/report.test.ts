import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ReportJson, RunJson } from '../../src/index.ts';
import { PLOT_COLOURS } from '../../src/targets/report/plot-colours.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

async function report(folder: string): Promise<string> {
  const { code, stdout, stderr } = await runMain(folder, ['report', '--json']);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  const { written, bytes } = JSON.parse(stdout) as Extract<ReportJson, { written: string }>;
  const html = readFileSync(join(folder, written), 'utf8');
  expect(Buffer.byteLength(html)).toBe(bytes);
  expect(bytes).toBeLessThan(2 ** 20);
  expect(html).not.toMatch(/<script|https?:/);
  // Options are those of the project, whatever they say.
  expect(html.slice(0, html.indexOf('<h3>Options'))).not.toMatch(/undefined|NaN|\[object/);
  // Every colour has a dark one.
  const body = html.slice(html.indexOf('<body>'));
  const colours = new Set([...body.matchAll(/(?:fill|stroke)="(#[0-9a-f]+)"/g)].map(([, colour]) => colour));
  expect([...colours].filter((colour) => !(colour in PLOT_COLOURS))).toEqual([]);
  return html;
}

it('a regression: made first where it is missing, and the same bytes again', async () => {
  const folder = makeProject();
  const html = await report(folder);
  for (const id of ['overview', 'data', 'training', 'scores', 'quantization', 'memory', 'operators']) {
    expect(html).toContain(`<section id="${id}"`);
  }
  expect(html).toContain('What each method gains');
  expect(html).toMatch(/>compensated-rounding<.*? dB</);
  const run = await runMain(folder, ['run', '--json']);
  const { evaluation, stages } = JSON.parse(run.stdout) as RunJson;
  if (evaluation.task !== 'regression') throw new Error(evaluation.task);
  const figure = (value: number): string => String(Number(value.toPrecision(4)));
  expect(html).toContain(
    `<tr><th scope="row">MSE</th><td class="n">${figure(evaluation.float.mse)}</td><td class="n">${figure(evaluation.converted.mse)}</td></tr>`,
  );
  for (const { stage, digest } of stages) if (stage !== 'export-c') expect(html).toContain(digest);
  // "export-c" came later, and is one more row of the provenance.
  const again = await report(folder);
  expect(again.length).toBeGreaterThan(html.length);
  expect(await report(folder)).toBe(again);
});

function csvProject(): string {
  const folder = makeFolder();
  const rows = Array.from({ length: 90 }, (_, i) => `${i % 3},${(i * 7) % 11},${['a', '<b>b', 'c'][i % 3]}`);
  writeFileSync(join(folder, 'data.csv'), `one,two & "three",state\n${rows.join('\n')}\n`);
  const config = {
    dataset: { source: 'csv', path: 'data.csv', target: 'state', task: 'classification' },
    model: { layers: [{ type: 'Dense', units: 3, activation: 'softmax' }] },
    training: { loss: 'categoricalCrossentropy', metrics: ['accuracy'], epochs: 4, batchSize: 8 },
    quantization: { samples: 20 },
  };
  writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(config));
  return folder;
}

it('an anomaly detector: errors ranked, and the samples that look most like the others', async () => {
  const folder = makeFolder();
  const rows = Array.from({ length: 200 }, (_, i) => {
    const x = ((i * 37) % 100) / 100;
    return `${x},${i % 10 === 0 ? x : 1 - x},${i % 10 === 0 ? 'broken' : 'fine'}`;
  });
  writeFileSync(join(folder, 'data.csv'), `a,b,state\n${rows.join('\n')}\n`);
  const config = {
    dataset: { source: 'csv', path: 'data.csv', target: 'state', task: 'anomaly', normal: ['fine'] },
    model: {
      layers: [
        { type: 'Dense', units: 1 },
        { type: 'Dense', units: 2 },
      ],
    },
    training: { epochs: 10, batchSize: 8 },
    quantization: { samples: 50 },
  };
  writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(config));
  const html = await report(folder);
  expect(html).toContain('A model for anomaly detection, as float and as int8');
  expect(html).toContain('<th scope="row">threshold of the error</th>');
  expect(html).toContain(
    'Normal samples with the largest error of reconstruction, and anomalies with the least',
  );
  expect(html).toMatch(/Area under the curve: anomaly [\d.]+ float, [\d.]+ int8\./);
});

it.each([
  ['report', '-o'],
  ['convert', '-o'],
])('%s does not replace the data that the project is made of', async (...argv) => {
  const folder = csvProject();
  const before = readFileSync(join(folder, 'data.csv'), 'utf8');
  for (const path of ['data.csv', 'tinyml.config.json']) {
    const { code, stderr } = await runMain(folder, [...argv, path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`${path} is .* would be replaced`));
  }
  expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe(before);
});

it('a float model: nothing is said of int8', async () => {
  const folder = makeProject({
    dataset: { source: 'sine', samples: 200 },
    training: { epochs: 2 },
    conversion: { type: 'float' },
    quantization: { samples: 20 },
  });
  const html = await report(folder);
  expect(html).not.toContain('<section id="quantization"');
  expect(html).not.toContain('bit for bit');
});

it('a classification of columns: names as they are, classes counted, curves of every class', async () => {
  const html = await report(csvProject());
  expect(html).toContain('<p class="note">');
  expect(html).not.toContain('<b>b');
  expect(html).toContain('<th scope="row">&lt;b&gt;b</th>');
  expect(html).toContain('two &amp; &quot;three&quot;');
  expect(html).toContain('<dt>rows read</dt><dd>90</dd>');
  for (const title of ['ROC', 'Precision and recall', 'Calibration', 'Loss', 'accuracy']) {
    expect(html).toContain(`<title>${title}</title>`);
  }
});
