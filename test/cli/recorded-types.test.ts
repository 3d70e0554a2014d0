/** Files of every type that weighted operators compute, through the commands: what was recorded of them stays true. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { bytesAt, expectRecords, fateOf, fixtureSet } from '../conformance/recorded.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const { cases, folder: fixtures } = fixtureSet();
const files = cases.filter((one) => fateOf(one) === 'equal' && /int16|int4\*/.test(one.dtypes));

interface Inspected {
  readonly arena: readonly { readonly target: string; readonly unknownOperators: readonly string[] }[];
}

describe.each(files.map(({ name, records }) => [name, records] as const))('%s', (name, records) => {
  const model = join(fixtures, `${name}.tflite`);

  it('is written anew with the same outputs', async () => {
    const folder = makeFolder();
    const { code, stderr } = await runMain(folder, ['convert', model, '-o', 'again.tflite']);
    expect(stderr).not.toMatch(/error/);
    expect(code).toBe(0);
    const { graph } = readTflite(readFileSync(join(folder, 'again.tflite')));
    const [inputs, outputs] = ['input', 'output'].map((end) => bytesAt(join(fixtures, `${name}.${end}.bin`)));
    expect(expectRecords(createInterpreter(graph), inputs, outputs)).toBe(records);
  });

  it('has an arena that is known, and runs on TensorFlow Lite Micro', async () => {
    const { stdout } = await runMain(fixtures, ['inspect', model, '--json']);
    const { arena } = JSON.parse(stdout) as Inspected;
    const ofTflm = arena.filter(({ target }) => /cortex|x86/.test(target));
    expect(ofTflm.map(({ unknownOperators }) => unknownOperators)).toEqual([[], [], []]);
    const limits = ['--ops-for', 'tflm', '--arena', '4000', '--target', 'cortex-m-reference'];
    expect((await runMain(fixtures, ['check', model, ...limits])).code).toBe(0);
  });

  it('becomes firmware whose self-test has expected bytes', async () => {
    const folder = makeFolder();
    const { code, stdout, stderr } = await runMain(folder, ['export-c', model, '--tflm', 'firmware']);
    expect(code).toBe(0);
    expect(`${stdout}${stderr}`).not.toMatch(/UNPROVEN/);
  });
});
