/** C without an interpreter as a target of `check`, `inspect` and `diff`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { computedBiases } from '../formats/tflite/without-c.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const folder = makeFolder();
/** 1 to 16 to 16 to 1, as int8. */
const SINE = 'sine.tflite';
const REFUSED = 'refused.tflite';
const REASON = 'FULLY_CONNECTED "output" in int16: has weights or biases that are computed';

beforeAll(() => {
  writeFileSync(join(folder, SINE), writeTflite(sineNet()));
  writeFileSync(join(folder, REFUSED), writeTflite(computedBiases()));
});

describe('check --target standalone-c', () => {
  const check = (...argv: string[]) => runMain(folder, ['check', ...argv, '--target', 'standalone-c']);

  it('counts buffer and state as RAM, and says what else there is', async () => {
    const { code, stdout } = await check(SINE, '--ram', '2k', '--arena', '32', '--flash', '4k');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ram, bytes +2,048 +32 +2,016 +ok/);
    expect(stdout).toMatch(/arena, bytes +32 +32 +0 +ok/);
    expect(stdout).toContain('flash is the constants of the C alone; its code comes on top.');
    expect(stdout).toContain('ram is the same; inputs, outputs, stack');
  });

  it('fails below what is needed, and where there is no such C', async () => {
    const small = await check(SINE, '--ram', '31');
    expect(small.code).toBe(5);
    expect(small.stdout).toContain('32 bytes, 1 byte over the limit of 31 bytes');
    const refused = await check(REFUSED, '--ram', '1M', '--flash', '1M');
    expect(refused.code).toBe(5);
    expect(refused.stdout.match(new RegExp(`not known whether .*${REASON}`, 'g'))).toHaveLength(2);
  });

  it('may stand in the project file', async () => {
    const project = makeFolder();
    writeFileSync(
      join(project, 'tinyml.config.json'),
      '{ "check": { "target": "standalone-c", "ram": 32 } }',
    );
    writeFileSync(join(project, SINE), writeTflite(sineNet()));
    const { code, stdout } = await runMain(project, ['check', SINE]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('arena is the buffer of standalone-c')]);
  });
});

describe('inspect', () => {
  it('has a row for it beside the arenas', async () => {
    const { stdout } = await runMain(folder, ['inspect', SINE]);
    expect(stdout).toMatch(/\nstandalone-c +32 +32 +0 +32\n/);
    expect(stdout).toContain('where the caller has them, 2 bytes; arenas hold them as well.');
    const { stdout: json } = await runMain(folder, ['inspect', SINE, '--json']);
    expect(JSON.parse(json)).toMatchObject({
      standalone: { bufferBytes: 32, lowerBound: 32, stateBytes: 0, callerBytes: 2 },
    });
  });

  it('names the operator where there is none', async () => {
    const { code, stdout } = await runMain(folder, ['inspect', REFUSED]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`There is no standalone-c of it: ${REASON}`)]);
    const drawn = await runMain(folder, ['inspect', REFUSED, '--plan', '--target', 'standalone-c']);
    expect(drawn.code).not.toBe(0);
    expect(drawn.stderr).toContain(REASON);
  });

  it('draws its buffer', async () => {
    const { stdout } = await runMain(folder, [
      ...['inspect', SINE, '--plan', '--plan-svg', 'plan.svg'],
      ...['--target', 'standalone-c'],
    ]);
    expect(stdout).toContain('standalone-c: 32 bytes of activations and scratch memory, besides inputs');
    expect(stdout).toMatch(/a +0 +16 +1–2 +activation/);
    expect(readFileSync(join(folder, 'plan.svg'), 'utf8')).toContain('32 bytes, besides inputs and outputs');
  });
});

it('is compared by diff', async () => {
  writeFileSync(join(folder, 'per-unit.tflite'), writeTflite(sineNet(true)));
  const { stdout } = await runMain(folder, ['diff', SINE, 'per-unit.tflite']);
  expect(stdout).toMatch(/arena, bytes, standalone-c +32 +32 +=/);
});

describe.each([
  ['tflm/hello_world_int8', 32],
  ['mlperf-tiny/ad01_int8', 256],
  ['mlperf-tiny/vww_96_int8', 46_000],
  ['tflm/micro_speech_quantized', 4_400],
])('%s', (name, most) => {
  const model = sharedPath('models', `${name}.tflite`);
  it.skipIf(model === undefined)(`works in ${most} bytes (${NO_SHARED})`, async () => {
    const { code } = await runMain(folder, [
      ...['check', model as string, '--target', 'standalone-c', '--ram', String(most)],
    ]);
    expect(code).toBe(0);
  });
});
