/** Templates: what they write, and what is proposed for it. */

import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/digest.ts';
import { TEMPLATES } from '../../../src/stages/templates/index.ts';
import { TEMPLATE_NAMES, type TemplateName } from '../../../src/stages/templates/names.ts';
import { proposeTemplate } from '../../../src/stages/templates/propose-template.ts';

const MOST_BYTES = 2_000_000;

function filesOf(name: TemplateName, seed: number): readonly (readonly [string, Uint8Array])[] {
  const template = TEMPLATES[name];
  return 'project' in template ? [] : [...template.files(seed)];
}

describe.each(TEMPLATE_NAMES.filter((name) => filesOf(name, 1).length > 0))('the data of %s', (name) => {
  const files = filesOf(name, 1);
  const digests = files.map(([, bytes]) => sha256(bytes));

  it('are those of the seed', () => {
    expect(filesOf(name, 1).map(([, bytes]) => sha256(bytes))).toEqual(digests);
    const others = filesOf(name, 2).map(([, bytes]) => sha256(bytes));
    expect(others.filter((digest) => digests.includes(digest))).toEqual([]);
  });

  it('are small, and no two files are alike', () => {
    expect(files.reduce((sum, [, bytes]) => sum + bytes.length, 0)).toBeLessThan(MOST_BYTES);
    expect(new Set(digests).size).toBe(files.length);
  });
});

const PROPOSED: Readonly<Record<TemplateName, object>> = {
  sine: { dataset: { source: 'sine' }, training: { loss: 'mse' } },
  motion: { dataset: { source: 'motion' }, model: { architecture: 'conv1d' } },
  'csv-regression': {
    dataset: { source: 'csv', task: 'regression', target: 'co', columns: { place: 'category' } },
    model: { architecture: 'mlp' },
  },
  gesture: {
    dataset: { source: 'csv', classFrom: 'folder', window: { length: 64, stride: 64 } },
    model: { architecture: 'conv1d' },
  },
  vibration: {
    dataset: { source: 'csv', classFrom: 'folder', window: { length: 128 }, split: { by: 'group' } },
    model: { architecture: 'conv1d' },
  },
  keyword: { dataset: { source: 'wav', classFrom: 'folder' } },
  vision: {
    dataset: { source: 'images', format: { width: 24, height: 24, channels: 1 } },
    model: { architecture: 'cnn' },
  },
  anomaly: {
    dataset: { source: 'csv', task: 'anomaly', target: 'state', normal: ['normal'] },
    model: { architecture: 'autoencoder' },
  },
};

it.each(TEMPLATE_NAMES)('%s becomes a project of its kind', async (name) => {
  const { project, data } = await proposeTemplate(name);
  expect(project).toMatchObject(PROPOSED[name]);
  if (data !== undefined) expect(project.dataset).toMatchObject({ path: 'data' });
});

it('half of the failures of the pump show in no single figure', () => {
  const [[, bytes]] = filesOf('anomaly', 1);
  const rows = new TextDecoder()
    .decode(bytes)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const figures = rows.map((row) => row.slice(0, -1).map(Number));
  const isNormal = rows.map((row) => row.at(-1) === 'normal');
  const normal = figures.filter((_, index) => isNormal[index]);
  const failing = figures.filter((_, index) => !isNormal[index]);
  const hidden = failing.filter((row) =>
    row.every((value, column) => {
      const own = normal.map((other) => other[column]);
      return value >= Math.min(...own) && value <= Math.max(...own);
    }),
  );
  expect(hidden.length / failing.length).toBeGreaterThan(0.45);
  expect(hidden.length / failing.length).toBeLessThan(0.55);
});
