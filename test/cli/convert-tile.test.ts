/** TILE, which TensorFlow writes for UpSampling and repeated vectors and TFLM lacks: refused as it is, cured by `convert`. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/core/errors.ts';
import { elementCount } from '../../src/core/tensor.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { float32, int8, TestGraph } from '../formats/tflite/models.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** UpSampling2D as TensorFlow writes it, and a vector for every pixel beside it. */
function upSampling(type: (...shape: number[]) => ReturnType<typeof float32>): Graph {
  const graph = new TestGraph();
  const input = graph.input(type(1, 3, 2, 2));
  const reshape = (id: number, ...newShape: number[]) =>
    graph.node('reshape', { newShape }, [id], graph.value(type(...newShape)));
  const rows = graph.node(
    'tile',
    { multiples: [1, 1, 2, 1, 1] },
    [reshape(input, 1, 3, 1, 2, 2)],
    graph.value(type(1, 3, 2, 2, 2)),
  );
  const columns = graph.node(
    'tile',
    { multiples: [1, 1, 1, 2, 1] },
    [reshape(rows, 1, 6, 2, 1, 2)],
    graph.value(type(1, 6, 2, 2, 2)),
  );
  const image = reshape(columns, 1, 6, 4, 2);
  const twice = graph.node(
    'tile',
    { multiples: [1, 1, 1, 3] },
    [image],
    graph.value(type(1, 6, 4, 6), 'output'),
  );
  return graph.build(twice);
}

describe.each([
  ['float32', upSampling((...shape) => float32(...shape)), ['--float']],
  ['int8', upSampling((...shape) => int8(shape, 0.05, 3)), []],
] as const)('a %s model with TILE', (type, graph, flags) => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'tile.tflite'), writeTflite(graph));

  it('is not computed as it is, and the hint leads out', async () => {
    const { code, stderr } = await runMain(folder, ['predict', 'tile.tflite', '--value', '1']);
    expect(code).toBe(EXIT_CODES.unsupported);
    expect(stderr).toContain('"tinyml convert MODEL -o converted.tflite" writes them');
  });

  it.each(['tflm', 'arduino-tflm', 'chirale'])(
    'becomes one that %s runs, with the same results',
    async (library) => {
      const argv = ['convert', 'tile.tflite', ...flags, '--library', library, '-o', `${library}.tflite`];
      const { code, stderr } = await runMain(folder, argv);
      expect(code, stderr).toBe(0);
      const written = readTflite(readFileSync(join(folder, `${library}.tflite`))).graph;
      const kinds = written.nodes.map(({ kind }) => kind);
      expect(kinds).toEqual(['resize_nearest_neighbor', 'concatenation']);
      const length = elementCount([1, 3, 2, 2]);
      const x =
        type === 'int8'
          ? Int8Array.from({ length }, (_, i) => 10 * i - 60)
          : Float32Array.from({ length }, (_, i) => i / 7);
      expect(createInterpreter(written).invoke([x])).toEqual(createInterpreter(graph).invoke([x]));
      const checked = await runMain(folder, ['check', `${library}.tflite`, '--ops-for', library]);
      expect(checked.code, checked.stderr).toBe(0);
    },
  );
});
