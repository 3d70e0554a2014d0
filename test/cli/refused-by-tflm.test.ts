/** What TensorFlow Lite Micro refuses is neither computed nor exported, and converted only where that mends it. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/core/errors.ts';
import { fixtureSet } from '../conformance/recorded.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const { folder: recordings, cases } = fixtureSet();
const refused = cases.filter(({ accepted }) => !accepted).map(({ name }) => name);

/** Float weights are restored from what is stored. */
const MENDED: readonly string[] = ['dwconv_hybrid', 'fc_hybrid_f32_int4'];

it.each(MENDED)('%s is mended by a conversion, as the hint of predict says', async (name) => {
  const folder = makeFolder();
  const path = join(recordings, `${name}.tflite`);
  expect(refused).toContain(name);
  const { stderr } = await runMain(folder, ['predict', path, '--value', '1']);
  expect(stderr).toContain('"tinyml convert MODEL --float -o float.tflite"');
  expect((await runMain(folder, ['convert', path, '--float', '-o', 'float.tflite'])).code).toBe(0);
  expect((await runMain(folder, ['export-c', 'float.tflite', '-o', 'out'])).code).toBe(0);
});

describe.each(refused)('%s, which TFLM refuses', (name) => {
  const path = join(recordings, `${name}.tflite`);
  const conversions = MENDED.includes(name)
    ? []
    : [
        ['convert', path, '-o', 'out'],
        ['convert', path, '-o', 'out', '--plan', 'offline'],
      ];

  it.each([...conversions, ['export-c', path, '--tflm', 'out'], ['predict', path, '--value', '1']])(
    '%s %s: names the operator and writes nothing',
    async (...argv) => {
      const folder = makeFolder();
      const { code, stderr } = await runMain(folder, argv);
      expect(stderr).toMatch(/ operator 0 \([A-Z0-9_]+(, "\w+")?\): /);
      expect(code).toBe(EXIT_CODES.unsupported);
      expect(existsSync(join(folder, 'out'))).toBe(false);
    },
  );

  it('export-c writes the array, which needs no interpreter, and says what the library refuses', async () => {
    const folder = makeFolder();
    const { code, stderr, stdout } = await runMain(folder, ['export-c', path, '-o', 'out']);
    expect(stderr).toMatch(/^warning operator 0 \([A-Z0-9_]+(, "\w+")?\): TensorFlow Lite Micro /);
    expect(stdout).toContain('model_data.cc');
    expect(code).toBe(0);
  });
});
