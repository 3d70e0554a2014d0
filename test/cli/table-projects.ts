/** Projects on small tables, one for each task, that train in about a second. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '../../src/core/random.ts';
import type { Task } from '../../src/models/score/tasks.ts';
import { makeFolder } from './run-main.ts';

/** Writes files into a new folder; who makes a project of it removes it with `removeFolders`. */
export function makeFiles(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Rows of three measurements: two readings that belong together, and noise. */
function measure(count: number): readonly (readonly [number, number, number])[] {
  const random = createRandom(7, 'table');
  return Array.from({ length: count }, () => {
    const a = random.uniform() * 2 - 1;
    return [a, a / 2 + 0.05 * random.uniform(), random.uniform()] as const;
  });
}

const LEARNED: Readonly<Record<Task, (row: readonly [number, number, number], index: number) => string>> = {
  regression: ([a, , c]) => (2 * a + c).toFixed(3),
  classification: ([a, , c]) => (a + 0.4 * c > 0.2 ? 'high' : 'low'),
  anomaly: (_, index) => (index % 5 === 4 ? 'broken' : 'fine'),
};

/** A table with the columns a, b, c and y; what is broken has b where it does not belong. */
export function tableOf(task: Task, count: number): string {
  const lines = measure(count).map((row, index) => {
    const y = LEARNED[task](row, index);
    const [a, b, c] = row;
    return [a, y === 'broken' ? b + 1.5 : b, c]
      .map((value) => value.toFixed(4))
      .join(',')
      .concat(`,${y}`);
  });
  return `a,b,c,y\n${lines.join('\n')}\n`;
}

const LAYERS: Readonly<Record<Task, readonly object[]>> = {
  regression: [
    { type: 'Dense', units: 8, activation: 'relu' },
    { type: 'Dense', units: 1 },
  ],
  classification: [
    { type: 'Dense', units: 8, activation: 'relu' },
    { type: 'Dense', units: 1, activation: 'sigmoid' },
  ],
  anomaly: [
    { type: 'Dense', units: 2, activation: 'tanh' },
    { type: 'Dense', units: 3 },
  ],
};

/** A folder with `tinyml.config.json` and `table.csv`. */
export function makeTableProject(task: Task, more: object = {}): string {
  const config = {
    seed: 3,
    dataset: {
      source: 'csv',
      path: 'table.csv',
      target: 'y',
      task,
      ...(task === 'anomaly' ? { normal: ['fine'] } : {}),
      prepare: [{ step: 'standard' }],
    },
    model: { layers: LAYERS[task] },
    training: {
      epochs: 12,
      learningRate: 0.02,
      ...(task === 'classification' ? { loss: 'binaryCrossentropy' } : {}),
    },
    quantization: { samples: 50 },
    ...more,
  };
  return makeFiles({ 'tinyml.config.json': JSON.stringify(config), 'table.csv': tableOf(task, 200) });
}
