/** What TensorFlow Lite Micro refuses is neither converted nor computed nor exported. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/core/errors.ts';
import { fixtureSet } from '../conformance/recorded.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const { folder: recordings, cases } = fixtureSet();
const refused = cases.filter(({ accepted }) => !accepted).map(({ name }) => name);

describe.each(refused)('%s, which TFLM refuses', (name) => {
  const path = join(recordings, `${name}.tflite`);

  it.each([
    ['convert', path, '-o', 'out'],
    ['convert', path, '-o', 'out', '--plan', 'offline'],
    ['export-c', path, '-o', 'out'],
    ['export-c', path, '--tflm', 'out'],
    ['predict', path, '--value', '1'],
  ])('%s %s: names the operator and writes nothing', async (...argv) => {
    const folder = makeFolder();
    const { code, stderr } = await runMain(folder, argv);
    expect(stderr).toMatch(/ operator 0 \([A-Z0-9_]+(, "\w+")?\): /);
    expect(code).toBe(EXIT_CODES.unsupported);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});
