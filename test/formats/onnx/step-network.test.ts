/** Networks of one time step of ONNX files, which remember what they read. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { importModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { furthest, lastOutputs } from '../keras/last-outputs.ts';
import { onnxBytes, type TestNode, type TestTensor } from './onnx-file.ts';

const [DEPTH, UNITS, STEPS] = [2, 3, 5];
const GATES = { LSTM: 4, GRU: 3, RNN: 1 } as const;

interface LayerOptions {
  readonly shape?: readonly (number | string)[];
  readonly attributes?: TestNode['attributes'];
  readonly directions?: number;
  /** Behind the layer, whose last states are "h" and whose states are "y" of [steps, directions, batch, units]. */
  readonly behind?: readonly TestNode[];
  readonly constants?: readonly TestTensor[];
  readonly states?: readonly string[];
  readonly output?: string;
}

function random(name: string, shape: readonly number[]): TestTensor {
  const numbers = createRandom(3, name);
  const length = shape.reduce((product, size) => product * size, 1);
  return { name, shape, values: Array.from({ length }, () => numbers.uniform() * 2 - 1) };
}

function fileOf(operator: keyof typeof GATES, options: LayerOptions = {}): Uint8Array {
  const { shape = [STEPS, 1, DEPTH], directions = 1, states = [], output = 'h' } = options;
  const rows = GATES[operator] * UNITS;
  return onnxBytes({
    inputs: [{ name: 'x', shape }],
    outputs: [output],
    nodes: [
      {
        operator,
        inputs: ['x', 'w', 'r', 'b', '', ...states],
        outputs: ['y', 'h'],
        attributes: { hidden_size: UNITS, ...options.attributes },
      },
      ...(options.behind ?? []),
    ],
    constants: [
      random('w', [directions, rows, DEPTH]),
      random('r', [directions, rows, UNITS]),
      random('b', [directions, 2 * rows]),
      ...(options.constants ?? []),
    ],
  });
}

const stepOf = async (bytes: Uint8Array): Promise<Graph> => (await importModel(bytes, { step: true })).graph;

describe('the network of one time step of an ONNX file', () => {
  it.each<readonly [string, keyof typeof GATES, LayerOptions]>([
    ['LSTM', 'LSTM', {}],
    ['LSTM that is no operator of TFLM', 'LSTM', { attributes: { clip: { float: 0.4 } } }],
    ['GRU', 'GRU', {}],
    ['GRU that resets behind its weights', 'GRU', { attributes: { linear_before_reset: 1 } }],
    ['RNN', 'RNN', {}],
    ['the batch first', 'GRU', { shape: [1, STEPS, DEPTH], attributes: { layout: 1 } }],
    ['any number of steps', 'GRU', { shape: ['steps', 1, DEPTH] }],
    ['one step in the file', 'RNN', { shape: [1, 1, DEPTH] }],
  ])('%s: says after all steps what the whole sequence gives', async (_, operator, options) => {
    const step = await stepOf(fileOf(operator, options));
    expect(getValue(step, step.inputs[0]).type.shape).toEqual([1, 1, DEPTH]);
    const shape = options.attributes?.layout === 1 ? [1, STEPS, DEPTH] : [STEPS, 1, DEPTH];
    const { graph } = await importModel(fileOf(operator, { ...options, shape }));
    const data = Float32Array.from(random('x', [STEPS, DEPTH]).values);
    const [expected] = createInterpreter(graph).invoke([data]);
    const [last] = lastOutputs(step, data, [1, STEPS, DEPTH]);
    expect(last).toHaveLength(expected.length);
    expect(furthest(last, expected as Float32Array)).toBeLessThan(1e-6);
  });

  const pooled: LayerOptions = {
    behind: [
      { operator: 'Transpose', inputs: ['y'], outputs: ['t'], attributes: { perm: [2, 3, 0, 1] } },
      { operator: 'GlobalMaxPool', inputs: ['t'], outputs: ['z'] },
    ],
    output: 'z',
  };

  it.each<readonly [string, Uint8Array, string]>([
    [
      'both directions',
      fileOf('GRU', { directions: 2, attributes: { direction: 'bidirectional' } }),
      'Node "y" (GRU): one of its directions begins with the last step',
    ],
    ['backwards', fileOf('LSTM', { attributes: { direction: 'reverse' } }), 'it begins with the last step'],
    [
      'what begins otherwise',
      fileOf('RNN', { states: ['s'], constants: [random('s', [1, 1, UNITS])] }),
      'it begins with other states than zeros',
    ],
    ['the greatest of all steps', fileOf('RNN', pooled), 'its output is not that of the whole sequence'],
    [
      'nothing that remembers',
      onnxBytes({
        inputs: [{ name: 'x', shape: [1, STEPS, DEPTH] }],
        outputs: ['y'],
        nodes: [{ operator: 'Tanh', inputs: ['x'], outputs: ['y'] }],
      }),
      'No layer of the model remembers',
    ],
    [
      'channels in place of time',
      onnxBytes({
        inputs: [{ name: 'x', shape: [1, DEPTH, STEPS] }],
        outputs: ['y'],
        nodes: [{ operator: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
        constants: [random('w', [1, DEPTH, 1])],
      }),
      'No layer of the model remembers',
    ],
    [
      'steps that are taken apart',
      fileOf('RNN', {
        behind: [{ operator: 'Gather', inputs: ['y', 'third'], outputs: ['z'], attributes: { axis: 0 } }],
        constants: [{ name: 'third', shape: [1], values: [2], isInteger: true }],
        output: 'z',
      }),
      'With one step in place of 5: ',
    ],
    [
      'what is no sequence',
      onnxBytes({
        inputs: [{ name: 'x', shape: [1, DEPTH] }],
        outputs: ['y'],
        nodes: [{ operator: 'Tanh', inputs: ['x'], outputs: ['y'] }],
      }),
      'does not take one sequence of vectors',
    ],
    [
      'an output that never changes',
      fileOf('RNN', {
        behind: [{ operator: 'Mul', inputs: ['h', 'zero'], outputs: ['z'] }],
        constants: [{ name: 'zero', shape: [1], values: [0] }],
        output: 'z',
      }),
      'is the same at every step',
    ],
  ])('is refused for %s', async (_, bytes, why) => {
    await expect(stepOf(bytes)).rejects.toThrow(why);
  });
});

const folder = sharedPath('import', 'onnx');

describe.skipIf(folder === undefined)(`recorded networks of ONNX, step by step (${NO_SHARED})`, () => {
  const files = ['gru_50x6', 'gru_dyn', 'lstm_28x28', 'lstm_seq_dyn'].flatMap((name) =>
    readdirSync(`${folder}/${name}`)
      .filter((file) => file.endsWith('.onnx'))
      .map((file) => [name, file] as const),
  );

  it.each(files)('%s/%s', async (name, file) => {
    const [x, y] = ['x', 'y'].map((letter) =>
      readNpyFloat32(readFileSync(`${folder}/${name}/${letter}.npy`)),
    );
    const bytes = readFileSync(`${folder}/${name}/${file}`);
    const { graph } = await importModel(bytes, { name, step: true });
    const outputs = lastOutputs(graph, x.data, [4, ...x.shape.slice(1)]);
    for (const [record, last] of outputs.entries()) {
      const end = (record + 1) * (y.data.length / y.shape[0]);
      expect(furthest(last, y.data.slice(end - last.length, end))).toBeLessThan(1e-5);
    }
  });
});
