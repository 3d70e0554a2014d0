/** Conditions, casts and functions without an int8 kernel in a model that becomes int8: every command takes it. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpyFloat32, writeNpy } from '../../src/data/records/npy.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { graphOf } from '../passes/run-pass.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const none = { activation: 'none' } as const;
const RECORDS = 40;

/** What is above a threshold, and how far the logarithm of it lies from 1, or from 0 below. */
function gated(): Graph {
  return graphOf((b) => {
    const part = b.add('div', 'part', none, [b.in('x', 1, 8), b.const('c', [1], [255])]);
    const hidden = b.dense('hidden', part, 8, 'relu');
    const log = b.add('log', 'log', {}, [
      b.add('add', 'one', none, [b.add('exp', 'exp', {}, [hidden]), b.const('1', [1], [1])]),
    ]);
    const high = b.add('greater', 'high', {}, [log, b.const('t', [1], [1.2])]);
    const chosen = b.add('select_v2', 'chosen', {}, [high, log, b.add('neg', 'minus', {}, [log])], 'float32');
    const counted = b.add('cast', 'counted', {}, [high], 'float32');
    return [b.add('squared_difference', 'far', {}, [chosen, counted])];
  });
}

describe('a model of conditions and casts', () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'gated.tflite'), writeTflite(gated()));
  const data = Float32Array.from({ length: 8 * RECORDS }, (_, i) => 127 + 127 * Math.sin(i * 1.3 + i ** 2));
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [RECORDS, 8], data));
  const run = async (...argv: string[]): Promise<void> => {
    const { code, stderr } = await runMain(folder, argv);
    expect(code, stderr).toBe(0);
  };
  const results = (name: string): Float32Array => readNpyFloat32(readFileSync(join(folder, name))).data;

  it('becomes int8 where TFLM computes int8, and stays close', async () => {
    await run('convert', 'gated.tflite', '--int8', '--calibration', 'x.npy', '-o', 'int8.tflite');
    const { nodes } = readTflite(readFileSync(join(folder, 'int8.tflite'))).graph;
    const float = nodes.map(({ kind }) => kind).filter((kind) => kind === 'exp' || kind === 'log');
    expect(float).toEqual(['exp', 'log']);
    expect(nodes.some(({ kind }) => kind === 'div' || kind === 'neg')).toBe(false);
    for (const name of ['gated', 'int8']) {
      await run('predict', `${name}.tflite`, '--input', 'x.npy', '-o', `${name}.npy`);
    }
    const [real, int8] = [results('gated.npy'), results('int8.npy')];
    const signal = real.reduce((sum, y) => sum + y * y, 0);
    const noise = real.map((y, i) => (y - int8[i]) ** 2).sort();
    // Beside the threshold either side may be chosen.
    const most = noise.slice(0, Math.floor(0.97 * noise.length)).reduce((sum, x) => sum + x, 0);
    expect(10 * Math.log10(signal / most)).toBeGreaterThan(30);
  });

  it.each(['gated', 'int8'])('is inspected, checked and exported: %s', async (name) => {
    await run('inspect', `${name}.tflite`);
    await run('check', `${name}.tflite`, '--ops-for', 'tflm');
    await run('export-c', `${name}.tflite`, '--tflm', name);
  });
});
