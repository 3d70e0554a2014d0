import { describe, expect, it } from 'vitest';
import { exportStandalone } from '../../../src/models/standalone/export-standalone.ts';
import { fixture } from '../../fixtures.ts';

const MODEL = fixture('tflm', 'fc_w128.tflite');

describe('exportStandalone', () => {
  it('gives a program the files and their figures, the same each time', () => {
    const { files, metrics } = exportStandalone(MODEL, { name: 'net' }, { seed: 1 });
    expect(Object.keys(files)).toEqual(['main.c', 'net.h', 'net.c', 'net_io.h', 'net_test.h', 'README.md']);
    expect(metrics).toEqual({
      modelBytes: MODEL.length,
      bufferBytes: 0,
      extraMacs: 0,
      savedBytes: 0,
      bufferBound: 0,
      stateBytes: 0,
      constantBytes: expect.any(Number),
      operators: 1,
      macs: expect.any(Number),
      vectors: 8,
    });
    expect(exportStandalone(MODEL, { name: 'net' }, { seed: 1 }).files).toEqual(files);
    expect(exportStandalone(MODEL, { name: 'net' }, { seed: 2 }).files['net_test.h']).not.toBe(
      files['net_test.h'],
    );
  });

  it('names the library of mathematics where a compiler must', () => {
    const readme = (data: object): string =>
      exportStandalone(MODEL, { name: 'net' }, { seed: 1, ...data }).files['README.md'];
    const level = { step: 'level', parameters: { measure: 'rms', level: 1, floor: 0.125 } } as const;
    expect(readme({})).toContain('cc main.c net.c && ./a.out');
    expect(readme({ preparation: { version: 1, inputShape: [4], steps: [level] } })).toContain(
      'cc main.c net.c -lm && ./a.out',
    );
  });

  it('takes names in which words of its templates stand', () => {
    const header = (name: string) =>
      exportStandalone(MODEL, { name }, { seed: 1 }).files[`${name}_test.h`].replaceAll(name, 'GIVEN');
    for (const name of ['MODEL', 'MY_NAME', 'COUNT_MODEL_NAME']) expect(header(name)).toBe(header('OTHER'));
  });

  it('refuses what would take more text than can be written', () => {
    const refused = () => exportStandalone(new Uint8Array(2 ** 24 + 1), { name: 'net' }, { seed: 1 });
    expect(refused).toThrow('The model has 16777217 bytes');
  });
});
