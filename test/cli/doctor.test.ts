/** `tinyml doctor` on a project and on model files. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DoctorJson } from '../../src/cli/printed-json.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { recordLengthOf } from '../../src/data/records/records.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { normalRecords, troubledNetwork } from '../models/doctor/troubled-network.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

function writeRecords(path: string, count: number, seed: number): void {
  const records = normalRecords(troubledNetwork(), count, seed);
  const data = new Float32Array(count * recordLengthOf(records));
  records.read(0, count, data);
  writeFileSync(path, writeNpy('float32', [count, ...records.shape], data));
}

function troubledFolder(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'troubled.tflite'), writeTflite(troubledNetwork()));
  writeRecords(join(folder, 'x.npy'), 24, 1);
  return folder;
}

describe('tinyml doctor MODEL', () => {
  // A file keeps no names of layers: tensors are told apart by their place in it.
  it('names layers and channels, and what to do', async () => {
    const folder = troubledFolder();
    writeFileSync(join(folder, 'tinyml.config.json'), '{ "quantization": { "method": "tensorflow" } }');
    const { code, stdout, stderr } = await runMain(folder, [
      'doctor',
      'troubled.tflite',
      '--calibration',
      'x.npy',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Calibrated on 18 samples, measured on 6 others');
    expect(stdout).toContain('- t3: channel 2 never changed during calibration.');
    expect(stdout).toMatch(/- t6: channel 5 reaches \d+ times as far as the others/);
    expect(stdout).toMatch(/- t17 \(FULLY_CONNECTED\): 16 weights on input channel 3 are up to \d+ times/);
    expect(stdout).toMatch(/- t17 \(FULLY_CONNECTED\): the weight of channel 4 on input channel 1 is \d/);
    expect(stdout).toMatch(/Take .+ instead of tensorflow, which gains \d\d\.\d dB on held-out records/);
    expect(stderr).toContain('diagnose');
  });

  it.each([
    [['doctor', 'troubled.tflite'], 'no-calibration'],
    [['doctor', '--calibration', 'x.npy'], 'needs-model-file'],
    [['doctor', 'troubled.tflite', '--calibration', 'few.npy'], 'few-records'],
    [['doctor', 'troubled.tflite', '--calibration', 'x.npy', '--data', 'wrong.npy'], 'calibration-shape'],
  ])('%j is refused: %s', async (argv, code) => {
    const folder = troubledFolder();
    writeRecords(join(folder, 'few.npy'), 5, 1);
    writeFileSync(join(folder, 'wrong.npy'), writeNpy('float32', [9, 2], new Float32Array(18)));
    const result = await runMain(folder, [...argv, '--json']);
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code } });
  });

  it('draws what every layer costs, and has no project to write into', async () => {
    const folder = troubledFolder();
    const argv = ['doctor', 'troubled.tflite', '--calibration', 'x.npy'];
    const { stdout } = await runMain(folder, [...argv, '--plot', 'layers.svg', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ drawn: 'layers.svg' });
    expect(readFileSync(join(folder, 'layers.svg'), 'utf8')).toContain('The weights of t17 cost most');
    const refused = await runMain(folder, [...argv, '--write', '--json']);
    expect([refused.code, JSON.parse(refused.stdout).error.code]).toEqual([2, 'needs-project']);
  });

  it('wants a float model', async () => {
    const folder = troubledFolder();
    await runMain(folder, ['convert', 'troubled.tflite', '--calibration', 'x.npy', '-o', 'int8.tflite']);
    const { code, stderr } = await runMain(folder, ['doctor', 'int8.tflite', '--calibration', 'x.npy']);
    expect(code).toBe(4);
    expect(stderr).toContain('int8.tflite: The model is int8 already');
  });
});

describe('tinyml doctor', () => {
  it('calls tensors before and behind an activation apart, as it calls their layers, and has one minus', async () => {
    const folder = makeFiles({
      'tinyml.config.json': JSON.stringify({
        dataset: { source: 'motion', samples: 60 },
        model: {
          layers: [
            { type: 'GlobalAveragePooling1D' },
            { type: 'Dense', units: 4, activation: 'softmax', name: 'output' },
          ],
        },
        training: { epochs: 1, loss: 'categoricalCrossentropy' },
        quantization: { samples: 20 },
      }),
    });
    const { code, stdout } = await runMain(folder, ['doctor']);
    expect(code).toBe(0);
    const [, table] = /^tensor .*\n((?:.+\n)*?)Clipped, unused/m.exec(stdout) as RegExpExecArray;
    const names = table
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(names.slice(-2)).toEqual(['output', 'output/activation']);
    expect(stdout).not.toContain('−');
    expect(table).toContain('-');
  });

  it('examines the project by the score of its task, and gives the same again', async () => {
    const folder = makeProject({
      seed: 3,
      dataset: { source: 'sine', samples: 300 },
      training: { epochs: 6, learningRate: 0.01 },
      quantization: { samples: 50, method: 'tensorflow' },
    });
    const run = async () => {
      const { code, stdout } = await runMain(folder, ['doctor', '--json']);
      expect(code).toBe(0);
      const found = JSON.parse(stdout) as DoctorJson;
      return {
        ...found,
        cures: found.cures.map((cure) => ({ ...cure, seconds: 0 })),
        recommendation: undefined,
      };
    };
    const found = await run();
    expect(found).toMatchObject({ calibrationRecords: 50, metric: 'MAE' });
    expect(found.cures[0]).toMatchObject({ kind: 'now', method: 'tensorflow', metric: expect.any(Number) });
    expect(await run()).toEqual(found);
    await runMain(folder, ['report']);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('What int8 costs in every layer');
    expect(page).toContain('default without headroom');
    expect((await runMain(folder, ['clean'])).stdout).not.toContain('doctor');
  });
});

describe('tinyml doctor --write', () => {
  it('changes what is recommended, and nothing else of the file', async () => {
    const folder = makeFolder();
    const path = join(folder, 'tinyml.config.json');
    const text = `{
  "seed": 3,
    "dataset":   { "source": "sine", "samples": 1000 },
  "quantization": { "samples": 100, "method": "tensorflow" },
  "training": { "epochs": 30, "learningRate": 1e-2 }
}`;
    writeFileSync(path, text);
    const { code, stdout } = await runMain(folder, ['doctor', '--write', '--json']);
    expect(code).toBe(0);
    const { recommendation, written } = JSON.parse(stdout) as DoctorJson;
    const { method, densePerChannel } = recommendation?.cure ?? { method: '?', densePerChannel: false };
    expect(written).toBe('tinyml.config.json');
    const after = readFileSync(path, 'utf8');
    const list = typeof method === 'string' ? `"${method}"` : `["${method.join('", "')}"]`;
    const extra = densePerChannel ? ', "densePerChannel": true' : '';
    expect(after).toBe(text.replace('"method": "tensorflow"', `"method": ${list}${extra}`));
  });

  it('is refused where there is no project file, before any work', async () => {
    const { code, stderr } = await runMain(makeFolder(), ['doctor', '--write']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no project file that --write could change');
  });
});

const fault = sharedPath('faults', 'int8-bn_const_channel');

describe.skipIf(fault === undefined)(`a constant channel behind a batch normalization (${NO_SHARED})`, () => {
  it.each(['0126.m.keras', '0247.m.h5'])('%s: the channel and the weights for it are named', async (name) => {
    const [number] = name.split('.');
    const folder = fault as string;
    const { code, stdout } = await runMain(makeFolder(), [
      'doctor',
      join(folder, name),
      '--calibration',
      join(folder, `${number}.x.npy`),
      '--data',
      join(folder, `${number}.t.npy`),
      '--json',
    ]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as DoctorJson;
    expect(found.channels).toMatchObject([{ layer: 'input', finding: 'dead', channels: [0] }]);
    expect(found.weights[0].times).toBeGreaterThan(300);
    // Errors of a constant are made up for: no floor.
    expect(found.limits).not.toContain('input');
    const best = Math.max(...found.cures.map((cure) => ('refusal' in cure ? 0 : (cure.sqnrDb ?? 0))));
    expect(best).toBeGreaterThan((found.budget.allDb ?? 0) + 25);
  });
});
