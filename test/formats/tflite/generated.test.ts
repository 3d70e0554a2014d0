import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const GENERATOR = fileURLToPath(new URL('../../tools/generate-tflite.js', import.meta.url));
const GENERATED = fileURLToPath(new URL('../../../src/formats/tflite/generated/', import.meta.url));
/** Another flatc may print the same schema differently. */
const FLATC = 'flatc version 2.0.8';

const found = spawnSync('flatc', ['--version'], { encoding: 'utf8' }).stdout?.trim();
const skip = found === FLATC ? '' : ` (needs ${FLATC}, found ${found ?? 'none'})`;

describe.skipIf(skip !== '')(`the generated code${skip}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinyml-generate-tflite-'));
    execFileSync(process.execPath, [GENERATOR, folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has the files that the schema gives', () => {
    expect(readdirSync(GENERATED).sort()).toEqual(readdirSync(folder).sort());
  });

  it.each(readdirSync(GENERATED))('%s is what the schema gives', (name) => {
    expect(readFileSync(join(GENERATED, name), 'utf8')).toBe(readFileSync(join(folder, name), 'utf8'));
  });
});
