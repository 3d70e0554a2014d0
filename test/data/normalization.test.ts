import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { denormalize, normalize, standardNormalization } from '../../src/data/normalization.ts';
import { readNpyFloat32 } from '../../src/data/records/npy.ts';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from '../cli/run-main.ts';

afterAll(removeFolders);

describe('standardNormalization', () => {
  it('takes mean and spread of every channel', () => {
    const data = Float32Array.of(1, 10, 3, 30, 1, 10, 3, 30);
    expect(standardNormalization(data, 2)).toEqual({ offset: [2, 20], scale: [1, Math.fround(0.1)] });
  });

  it('leaves a channel that never changes at scale 1', () => {
    expect(standardNormalization(Float32Array.of(7, 7, 7), 1)).toEqual({ offset: [7], scale: [1] });
  });

  it('rounds both steps to float32', () => {
    const offset = Math.fround(0.1);
    const scale = Math.fround(1 / 3);
    const [value] = normalize(Float32Array.of(0.7), { offset: [offset], scale: [scale] });
    expect(value).toBe(Math.fround(Math.fround(Math.fround(0.7) - offset) * scale));
  });
});

describe('a dataset with normalization', () => {
  const dataset = async (normalization: 'none' | 'standard'): Promise<(file: string) => Uint8Array> => {
    const project = makeProject({ ...SMALL_PROJECT, dataset: { ...SMALL_PROJECT.dataset, normalization } });
    const { code, stdout } = await runMain(project, ['dataset', '--json']);
    expect(code).toBe(0);
    const { directory } = JSON.parse(stdout);
    return (file) => readFileSync(join(project, directory, file));
  };

  it('normalizes every split by the training split, and says how', async () => {
    const plain = await dataset('none');
    const read = await dataset('standard');
    const normalization = JSON.parse(new TextDecoder().decode(read('normalization.json')));
    expect(normalization).toEqual(standardNormalization(readNpyFloat32(plain('x_train.npy')).data, 1));
    for (const file of ['x_train.npy', 'x_validation.npy', 'x_test.npy']) {
      const before = readNpyFloat32(plain(file)).data;
      const after = readNpyFloat32(read(file)).data;
      expect(after).toEqual(normalize(before, normalization));
      expect(denormalize(after, normalization)[5]).toBeCloseTo(before[5], 5);
    }
    expect(read('y_train.npy')).toEqual(plain('y_train.npy'));
  });

  it('has no such file without it', async () => {
    const plain = await dataset('none');
    expect(() => plain('normalization.json')).toThrow('ENOENT');
  });
});
