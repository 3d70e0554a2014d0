/** What tinyml writes, TensorFlow Lite loads and runs. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { bytesOf, elementCount } from '../../src/core/tensor.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { type FloatBuilder, graphOf } from '../passes/run-pass.ts';
import { loadRuntime } from './tflite-runtime.ts';

const runtime = loadRuntime();
const why = runtime.ok ? '' : runtime.why;

const window = { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;

const WITHOUT_BIAS: readonly (readonly [string, (b: FloatBuilder) => number])[] = [
  ['CONV_2D', (b) => b.add('conv_2d', 'y', window, [b.in('x', 1, 5, 5, 2), b.const('w', [3, 2, 2, 2])])],
  [
    'DEPTHWISE_CONV_2D',
    (b) =>
      b.add('depthwise_conv_2d', 'y', { ...window, depthMultiplier: 2 }, [
        b.in('x', 1, 5, 5, 2),
        b.const('w', [1, 2, 2, 4]),
      ]),
  ],
  [
    'TRANSPOSE_CONV',
    (b) =>
      b.add(
        'transpose_conv',
        'y',
        { padding: 'valid', strides: [2, 2], outputShape: [1, 8, 8, 3], activation: 'none' },
        [b.in('x', 1, 4, 4, 2), b.const('w', [3, 2, 2, 2])],
      ),
  ],
  ['FULLY_CONNECTED', (b) => b.dense('y', b.in('x', 1, 6), 4, 'none', false)],
];

function inputsOf(graph: Graph): Float32Array {
  const random = createRandom(17, 'inputs');
  const count = elementCount(getValue(graph, graph.inputs[0]).type.shape);
  return Float32Array.from({ length: 8 * count }, () => random.normal());
}

describe.skipIf(why !== '')(`TensorFlow Lite${why === '' ? '' : `: ${why}`}`, () => {
  it.each(WITHOUT_BIAS)('runs a %s that was built without a bias, as float and as int8', async (_, build) => {
    if (!runtime.ok) throw new Error(runtime.why);
    const graph = graphOf((b) => [build(b)]);
    const data = inputsOf(graph);
    const { shape } = getValue(graph, graph.inputs[0]).type;
    const calibration = arrayRecords({ shape: [8, ...shape.slice(1)], data });
    for (const options of [{ type: 'float' as const }, { calibration }]) {
      const { bytes } = await convertModel(graph, options);
      const { graph: written } = readTflite(bytes);
      const { type } = getValue(written, written.inputs[0]);
      const input =
        type.dtype === 'float32'
          ? bytesOf(data.slice(0, elementCount(shape)))
          : new Uint8Array(elementCount(shape));
      expect(runtime.run(bytes, [input]).length).toBe(1);
    }
  });
});
