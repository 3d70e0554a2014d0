/** Files that ask for more than they can be worth. */

import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { graphSteps } from '../../src/ir/graph-cost.ts';
import { IS_BUILT } from '../built.ts';
import { int8, TestGraph } from '../formats/tflite/models.ts';
import { peakOf } from './peak-of.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** The average over a window around every pixel. */
function averages(image: number, window: number) {
  const graph = new TestGraph();
  const input = graph.input(int8([1, image, image, 1], 0.05, 3));
  const output = graph.node(
    'average_pool_2d',
    { padding: 'same', strides: [1, 1], filter: [window, window], activation: 'none' },
    [input],
    graph.value(int8([1, image, image, 1], 0.05, 3)),
  );
  return graph.build(output);
}

it('steps are multiply-accumulates, pixels under windows, and elements', () => {
  expect(graphSteps(averages(100, 7))).toBe(100 * 100 * (49 + 2));
});

it('windows that cover 40 billion pixels are refused, with a sentence, at once', async () => {
  const folder = makeFolder();
  const bytes = writeTflite(averages(500, 400));
  expect(bytes.length).toBeLessThan(1024);
  writeFileSync(join(folder, 'm.tflite'), bytes);
  writeFileSync(join(folder, 'other.tflite'), writeTflite(averages(500, 399)));
  writeFileSync(join(folder, 'x.bin'), new Uint8Array(250_000));
  for (const [argv, exit] of [
    [['predict', 'm.tflite', '--raw-input', 'x.bin', '--raw-output', 'y.bin'], 4],
    [['convert', 'm.tflite', '-o', 'n.tflite'], 4],
    [['export-c', 'm.tflite', '--tflm', 'fw'], 0],
    [['diff', 'm.tflite', 'other.tflite'], 0],
    [['inspect', 'm.tflite'], 0],
    [['check', 'm.tflite', '--ram', '64M'], 0],
  ] as const) {
    // Of the processor's: other work on the machine does not count.
    const before = process.cpuUsage();
    const { code, stdout, stderr } = await runMain(folder, argv);
    expect([argv[0], code, stderr], stderr).toEqual([argv[0], exit, expect.anything()]);
    if (exit === 4)
      expect(stderr).toContain('One inference takes 4.00e+10 multiply-accumulates and other steps');
    if (argv[0] === 'diff') expect(stdout).toContain('One inference takes');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000, argv[0]).toBeLessThan(4000);
  }
});

it('a model.json of 600 MB is refused by its size, before it is read', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'model.json'), '{');
  truncateSync(join(folder, 'model.json'), 600_000_000);
  const { code, stderr } = await runMain(folder, ['inspect', 'model.json']);
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining('has 600000000 bytes, too many for a model.json'),
  ]);
  // In MB; the command itself takes less than a third of it.
  if (IS_BUILT) expect(peakOf(folder, ['inspect', 'model.json'], 3)).toBeLessThan(300);
});

it('what takes long for its size is run once where nobody says how often', async () => {
  const folder = makeFolder();
  const bytes = writeTflite(averages(320, 30));
  expect(graphSteps(averages(320, 30))).toBeGreaterThan(9e7);
  writeFileSync(join(folder, 'm.tflite'), bytes);
  const { stdout } = await runMain(folder, ['diff', 'm.tflite', 'm.tflite', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ outputs: { records: 1 } });
  const exported = await runMain(folder, ['export-c', 'm.tflite', '--tflm', 'fw', '--json']);
  expect(JSON.parse(exported.stdout)).toMatchObject({ vectors: 1 });
});

it.skipIf(!IS_BUILT)('firmware with 12 MB of vectors as text takes a few times as much memory', () => {
  const folder = makeFolder();
  for (const length of [1, 2_300_000]) {
    const graph = new TestGraph();
    const input = graph.input(int8([1, 1], 0.05, -100));
    const spread = graph.value(int8([1, length], 0.05, -100));
    const bytes = writeTflite(
      graph.build(graph.node('broadcast_to', { shape: [1, length] }, [input], spread)),
    );
    writeFileSync(join(folder, `${length}.tflite`), bytes);
  }
  const [one, many] = [1, 2_300_000].map((length) =>
    peakOf(folder, ['export-c', `${length}.tflite`, '--tflm', `fw${length}`]),
  );
  expect(statSync(join(folder, 'fw2300000', 'golden_vectors.cc')).size).toBeGreaterThan(1.2e7);
  expect(many - one).toBeLessThan(125);
});

it('a model.json whose windows cover 40 billion pixels is refused at once, too', async () => {
  const folder = makeFolder();
  const pool = { name: 'p', pool_size: [400, 400], strides: [1, 1], padding: 'same' };
  const layers = [
    { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 500, 500, 1] } },
    { class_name: 'AveragePooling2D', config: pool },
  ];
  const topology = {
    model_config: { class_name: 'Sequential', config: { name: 's', layers } },
    keras_version: '2.4',
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ modelTopology: topology, weightsManifest: [] }));
  const { code, stderr } = await runMain(folder, ['inspect', 'model.json']);
  expect([code, stderr]).toEqual([4, expect.stringContaining('One inference takes')]);
});
