/** `tinyml export-c --standalone --huffman`: less flash, what was saved and what it costs, and a project that passes its self-test. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { HUFFMAN_TIMES } from '../../src/targets/c/optimize.ts';
import { oneNode } from '../ops/one-node.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** 64 inputs, 64 outputs, 70 % of the weights zeros. */
function sparseModel(): Uint8Array {
  const random = createRandom(1, 'sparse model');
  const weights = Int8Array.from({ length: 64 * 64 }, () =>
    random.uniform() < 0.7 ? 0 : random.below(255) - 127,
  );
  const graph = oneNode(
    'fully_connected',
    { activation: 'none', keepNumDims: false },
    [
      { type: { dtype: 'int8', shape: [1, 64], quant: perTensor(0.1, 3) } },
      {
        type: { dtype: 'int8', shape: [64, 64], quant: perTensor(0.01, 0) },
        data: weights,
        constant: true,
      },
    ],
    { dtype: 'int8', shape: [1, 64], quant: perTensor(0.2, -1) },
  );
  return writeTflite(graph);
}

interface Figures {
  readonly constantBytes: number;
  readonly bufferBytes: number;
  readonly stateBytes: number;
}

function folderWithModel(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'sparse.tflite'), sparseModel());
  return folder;
}

describe.each(HUFFMAN_TIMES)('--huffman %s', (huffman) => {
  it('saves flash, says so, and is counted by check', async () => {
    const folder = folderWithModel();
    const run = async (...more: string[]) =>
      runMain(folder, ['export-c', 'sparse.tflite', '--standalone', 'c', '--force', '--json', ...more]);
    const plain = JSON.parse((await run()).stdout) as Figures;
    const { stdout, stderr } = await run('--huffman', huffman);
    const coded = JSON.parse(stdout) as Figures;
    expect(plain.constantBytes - coded.constantBytes).toBeGreaterThan(1000);
    expect(coded.bufferBytes).toBe(huffman === 'layer' ? 4096 : plain.bufferBytes);
    expect(coded.stateBytes).toBe(huffman === 'boot' ? 4096 : 0);
    expect(stderr).toMatch(/FULLY_CONNECTED .*: 4,096 bytes of weights as \d,\d{3} bytes of Huffman codes/);
    expect(stderr).toContain(
      `Constants take ${coded.constantBytes.toLocaleString('en-US')} bytes instead of`,
    );
    const limits = ['--flash', String(coded.constantBytes), '--ram', '4096'];
    const check = ['check', 'sparse.tflite', '--target', 'standalone-c', ...limits];
    expect((await runMain(folder, [...check, '--huffman', huffman])).code).toBe(0);
    expect((await runMain(folder, check)).code).toBe(5);
  });
});

it('goes with --standalone alone', async () => {
  const folder = folderWithModel();
  const { code, stderr } = await runMain(folder, [
    'export-c',
    'sparse.tflite',
    '--tflm',
    'a',
    '--huffman',
    'boot',
  ]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--huffman goes with --standalone')]);
});
