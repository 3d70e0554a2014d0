/** A project whose table names a recording, a picture and a series in each row, beside numbers and words. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '../../src/core/random.ts';
import { encodePng } from '../../src/data/sources/images/encode-png.ts';
import { encodeWav } from '../../src/data/sources/wav/encode-wav.ts';
import { makeFolder } from './run-main.ts';

export const RATE = 4000;
const SECONDS = 0.25;
const SIDE = 12;
const SERIES_ROWS = 16;

export type ProjectFiles = Readonly<Record<string, string | Uint8Array>>;

/** Writes files into a new folder. */
export function folderOf(files: ProjectFiles): string {
  const folder = makeFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A pump that hums low or high; the picture of its lamp is dark or bright, it shakes little or much. */
export function pumpFiles(count: number, folder = 'pumps'): Record<string, string | Uint8Array> {
  const random = createRandom(11, 'pumps');
  const files: Record<string, string | Uint8Array> = {};
  const lines = ['clip,photo,shake,load,site,state'];
  for (let row = 0; row < count; row++) {
    const isBad = row % 2 === 1;
    const noise = (size: number) => size * random.normal();
    const frames = Math.round(SECONDS * RATE);
    const hum = Float64Array.from(
      { length: frames },
      (_, i) => 0.4 * Math.sin((2 * Math.PI * (isBad ? 700 : 250) * i) / RATE) + noise(0.05),
    );
    const data = Uint8Array.from({ length: SIDE * SIDE }, () =>
      Math.max(0, Math.min(255, Math.round((isBad ? 90 : 150) + noise(40)))),
    );
    const series = Array.from({ length: SERIES_ROWS }, (_, step) =>
      [step, (isBad ? 2 : 1) * Math.sin(step + row) + noise(0.2), noise(0.2)].join(),
    );
    const number = String(row).padStart(3, '0');
    files[`${folder}/sound/${number}.wav`] = encodeWav(hum, RATE);
    files[`${folder}/photo/${number}.png`] = encodePng({
      width: SIDE,
      height: SIDE,
      channels: 1,
      data,
      white: 255,
    });
    files[`${folder}/shake/${number}.csv`] = `t,ax,ay\n${series.join('\n')}\n`;
    const load = 40 + 20 * random.uniform() + (isBad ? 5 : 0);
    lines.push(
      [
        `sound/${number}.wav`,
        `photo/${number}.png`,
        `./shake/${number}.csv`,
        load.toFixed(2),
        row % 3 === 0 ? 'roof' : 'cellar',
        isBad ? 'worn' : 'fine',
      ].join(),
    );
  }
  files[`${folder}/pumps.csv`] = `${lines.join('\n')}\n`;
  return files;
}

const SPECTRUM = { step: 'spectrum', rate: RATE, window: 256, hop: 128, bands: 8 };

export const INPUTS = [
  {
    name: 'hum',
    source: 'wav',
    column: 'clip',
    format: { rate: RATE, seconds: SECONDS },
    prepare: [SPECTRUM, { step: 'standard' }],
  },
  {
    name: 'lamp',
    source: 'images',
    column: 'photo',
    format: { width: 6, height: 6, channels: 1 },
    prepare: [{ step: 'scale', from: [0, 255] }],
  },
  {
    name: 'shake',
    source: 'csv',
    column: 'shake',
    features: ['ax', 'ay'],
    length: 12,
    prepare: [{ step: 'standard' }],
  },
  { name: 'known', features: ['load', 'site'], prepare: [{ step: 'standard' }] },
] as const;

export const DATASET = {
  source: 'csv',
  path: 'pumps/pumps.csv',
  task: 'classification',
  target: 'state',
  inputs: INPUTS,
};

const LAYERS = [
  { type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'relu', inputs: ['hum'] },
  { type: 'GlobalAveragePooling1D', name: 'heard' },
  { type: 'Conv2D', filters: 3, kernelSize: 3, activation: 'relu', inputs: ['lamp'] },
  { type: 'GlobalAveragePooling2D', name: 'seen' },
  { type: 'Conv1D', filters: 3, kernelSize: 3, activation: 'relu', inputs: ['shake'] },
  { type: 'GlobalAveragePooling1D', name: 'felt' },
  { type: 'Concatenate', inputs: ['heard', 'seen', 'felt', 'known'] },
  { type: 'Dense', units: 6, activation: 'relu' },
  { type: 'Dense', units: 1, activation: 'sigmoid' },
];

export const PROJECT = {
  seed: 2,
  dataset: DATASET,
  model: { layers: LAYERS },
  training: { epochs: 12, optimizer: 'adam', learningRate: 0.02 },
  quantization: { method: 'fast' },
};

export function pumpProject(changes: object = {}, files: ProjectFiles = pumpFiles(60)): string {
  return folderOf({ ...files, 'tinyml.config.json': JSON.stringify({ ...PROJECT, ...changes }) });
}
