/** Projects with recurrent layers, from the samples to the C array. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { makeProject, removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

const STEPS = 4;

/** Series of two channels, each of which has one peak somewhere: which came first is to be told. */
function seriesTable(count: number): string {
  const random = createRandom(5, 'series');
  const titles = Array.from({ length: STEPS }, (_, step) => `a${step},b${step}`).join(',');
  const lines = Array.from({ length: count }, () => {
    const [first, second] = random.permutation(STEPS);
    const at = (step: number, peak: number) => ((step === peak ? 1 : 0) + 0.1 * random.normal()).toFixed(3);
    const values = Array.from({ length: STEPS }, (_, step) => `${at(step, first)},${at(step, second)}`);
    return `${values.join(',')},${first < second ? 'a' : 'b'}`;
  });
  return `${titles},first\n${lines.join('\n')}\n`;
}

function makeSeriesProject(layers: readonly object[], more: object = {}): string {
  const config = {
    seed: 3,
    dataset: { source: 'csv', path: 'series.csv', target: 'first', task: 'classification' },
    model: {
      layers: [
        { type: 'Reshape', targetShape: [STEPS, 2] },
        ...layers,
        { type: 'Dense', units: 1, activation: 'sigmoid' },
      ],
    },
    training: { optimizer: 'adam', learningRate: 0.03, epochs: 30, ...more },
    quantization: { samples: 30 },
  };
  return makeFiles({ 'tinyml.config.json': JSON.stringify(config), 'series.csv': seriesTable(300) });
}

interface RunJson {
  readonly evaluation: {
    readonly float: { readonly accuracy: number };
    readonly converted: { readonly accuracy: number };
  };
}

async function run(folder: string): Promise<RunJson> {
  const { code, stdout, stderr } = await runMain(folder, ['run', '--json']);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return JSON.parse(stdout) as RunJson;
}

it.each([
  ['LSTM', [{ type: 'LSTM', units: 6 }]],
  [
    'two GRU',
    [
      { type: 'GRU', units: 5, returnSequences: true },
      { type: 'GRU', units: 4 },
    ],
  ],
  ['SimpleRNN', [{ type: 'SimpleRNN', units: 8 }]],
])('%s: trained, converted to int8 and exported', async (_, layers) => {
  const folder = makeSeriesProject(layers);
  const { evaluation } = await run(folder);
  expect(evaluation.float.accuracy).toBeGreaterThan(0.9);
  expect(evaluation.converted.accuracy).toBeGreaterThan(0.9);
  expect(readFileSync(join(folder, 'export/model_data.cc'), 'utf8')).toContain('g_model');
});

it('an LSTM that was compressed is one operator again', async () => {
  const methods = [{ method: 'prune', sparsity: 0.5, epochs: 1 }];
  const folder = makeSeriesProject([{ type: 'LSTM', units: 12 }], { epochs: 2, compress: methods });
  await run(folder);
  for (const model of ['export/model_data.cc', 'float.tflite']) {
    if (model === 'float.tflite') {
      expect((await runMain(folder, ['convert', '--float', '-o', model])).code).toBe(0);
    }
    const { stdout } = await runMain(folder, ['inspect', model]);
    expect(stdout).toContain('UNIDIRECTIONAL_SEQUENCE_LSTM');
    expect(stdout.match(/FULLY_CONNECTED +\d/g)).toHaveLength(1);
  }
});

it('the same seed trains the same bytes', async () => {
  const digests = ['one', 'again'].map(async () => {
    const folder = makeSeriesProject([{ type: 'LSTM', units: 3 }], { epochs: 2 });
    const { code, stdout } = await runMain(folder, ['train', '--json']);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { digest: string }).digest;
  });
  const [one, again] = await Promise.all(digests);
  expect(again).toBe(one);
  expect(one).toMatch(/^[0-9a-f]{64}$/);
});

it('layers that are no series are refused with a sentence', async () => {
  const folder = makeProject({
    dataset: { source: 'sine', samples: 50 },
    model: {
      layers: [
        { type: 'LSTM', units: 4 },
        { type: 'Dense', units: 1 },
      ],
    },
  });
  const { code, stderr } = await runMain(folder, ['train']);
  expect(stderr).toContain('Layer "lstm": the input has shape [1], but the layer needs [steps, channels].');
  expect(code).toBe(3);
});
