/** Models that a library runs and tinyml does not compute: firmware without a proof, which says so everywhere. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { foreignFile } from '../formats/tflite/file-of.ts';
import { int8, TestGraph } from '../formats/tflite/models.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

describe('unproven firmware', () => {
  it.each([
    ['--tflm', 'self_test.cc'],
    ['--arduino', 'self_test.cpp'],
  ])('%s: has inputs to try, and no outputs to compare with', async (layout, source) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'foreign.tflite'), foreignFile());
    const argv = ['export-c', 'foreign.tflite', layout, 'out', '--library', 'arduino-tflm'];
    const { code, stderr } = await runMain(folder, layout === '--tflm' ? argv.slice(0, 4) : argv);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('the self-test runs it and compares nothing'),
    ]);
    const read = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');
    expect(read('golden_vectors.h')).not.toContain('kGoldenOutput');
    expect(read(source)).toContain('"UNPROVEN"');
    expect(read('README.md')).toContain('`tinyml verify` does not pass it');
  });

  it.each([
    [
      '--tflm',
      2 ** 24,
      [],
      /^error m.tflite: The vector of the self-test would take 16777216 bytes, and at most/,
    ],
    ['--arduino', 2 ** 24, [], /hint {2}Write the array alone, without --arduino, --tflm or --standalone\./],
    [
      '--tflm',
      2 ** 16,
      ['--vectors', '1000'],
      /The 1000 vectors .* would take 131072000 bytes.*\n.*Give fewer/,
    ],
  ])('%s: inputs of %d bytes that no flash holds are refused before they are drawn', async (...row) => {
    const [layout, length, flags, sentence] = row;
    const folder = makeFolder();
    const graph = new TestGraph();
    const type = int8([1, length], 0.05, 3);
    const bytes = writeTflite(graph.build(graph.node('abs', {}, [graph.input(type)], graph.value(type))));
    writeFileSync(join(folder, 'm.tflite'), bytes);
    const { code, stderr } = await runMain(folder, ['export-c', 'm.tflite', layout, 'out', ...flags]);
    expect([code, stderr]).toEqual([4, expect.stringMatching(sentence)]);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});
