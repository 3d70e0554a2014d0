import { expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { hasDeclaredScales } from '../../../src/passes/simulated/declared-scales.ts';
import { processorMs } from '../../processor-time.ts';
import { mutated } from '../mutants.ts';
import { FUNCTION_DOMAIN, onnxBytes, type TestModel } from './onnx-file.ts';

const MUTANTS = 1500;
/** Of one mutant, on a machine that does much besides. */
const MOST_MS = 3000;

/** Something of everything that a file may have. */
const MODEL: TestModel = {
  inputs: [{ name: 'x', shape: ['batch', 2, 4, 4] }],
  outputs: ['y', 'z'],
  nodes: [
    {
      operator: 'Conv',
      inputs: ['x', 'w', 'b'],
      outputs: ['c'],
      attributes: { pads: [1, 0, 1, 2], strides: [2, 1], dilations: [1, 1], group: 1, kernel_shape: [3, 3] },
    },
    {
      operator: 'MaxPool',
      inputs: ['c'],
      outputs: ['m'],
      attributes: { kernel_shape: [2, 2], ceil_mode: 1 },
    },
    { operator: 'Shape', inputs: ['m'], outputs: ['s'], attributes: { start: 0, end: 1 } },
    { operator: 'Concat', inputs: ['s', 'rest'], outputs: ['to'], attributes: { axis: 0 } },
    { operator: 'Reshape', inputs: ['m', 'to'], outputs: ['f'] },
    { operator: 'Pad', inputs: ['f', 'pads'], outputs: ['p'], attributes: { mode: 'edge' } },
    { operator: 'Expand', inputs: ['p', 'wide'], outputs: ['e'] },
    { operator: 'Twice', domain: FUNCTION_DOMAIN, inputs: ['e'], outputs: ['y'] },
    { operator: 'ReduceMean', inputs: ['x'], outputs: ['z'], attributes: { axes: [2, 3], keepdims: 0 } },
  ],
  constants: [
    { name: 'w', shape: [2, 2, 3, 3], values: Array.from({ length: 36 }, (_, at) => at - 18) },
    { name: 'b', shape: [2], values: [0.5, -0.5] },
    { name: 'rest', shape: [1], values: [-1], isInteger: true },
    { name: 'pads', shape: [4], values: [0, 1, 0, 2], isInteger: true },
    { name: 'wide', shape: [2], values: [3, 1], isInteger: true },
  ],
  functions: [
    {
      name: 'Twice',
      inputs: ['a'],
      outputs: ['r'],
      nodes: [{ operator: 'Add', inputs: ['a', 'a'], outputs: ['r'] }],
    },
  ],
  opset: 13,
};

/** Both ways of writing quantized tensors, of uint8 and int8. */
const QUANTIZED: TestModel = {
  inputs: [{ name: 'x', shape: [1, 2, 4, 4] }],
  outputs: ['y', 'z'],
  nodes: [
    { operator: 'QuantizeLinear', inputs: ['x', 's', 'u'], outputs: ['q'] },
    { operator: 'QLinearConv', inputs: ['q', 's', 'u', 'w', 'sw', 'zw', 's', 'u', 'b'], outputs: ['c'] },
    { operator: 'MaxPool', inputs: ['c'], outputs: ['m'], attributes: { kernel_shape: [2, 2] } },
    { operator: 'Flatten', inputs: ['m'], outputs: ['f'] },
    {
      operator: 'QLinearAdd',
      domain: 'com.microsoft',
      inputs: ['f', 's', 'u', 'f', 's', 'u', 't', 'u'],
      outputs: ['a'],
    },
    { operator: 'DequantizeLinear', inputs: ['a', 't', 'u'], outputs: ['y'] },
    { operator: 'DequantizeLinear', inputs: ['w', 'sw', 'zw'], outputs: ['k'], attributes: { axis: 0 } },
    { operator: 'DequantizeLinear', inputs: ['q', 's', 'u'], outputs: ['d'] },
    { operator: 'Conv', inputs: ['d', 'k'], outputs: ['e'] },
    { operator: 'Relu', inputs: ['e'], outputs: ['r'] },
    { operator: 'QuantizeLinear', inputs: ['r', 't', 'i'], outputs: ['p'] },
    { operator: 'DequantizeLinear', inputs: ['p', 't', 'i'], outputs: ['z'] },
  ],
  constants: [
    { name: 'w', shape: [2, 2, 1, 1], values: [127, -3, 50, -127], type: 'int8' },
    { name: 'b', shape: [2], values: [500, -90], type: 'int32' },
    { name: 's', shape: [], values: [0.05] },
    { name: 't', shape: [], values: [0.08] },
    { name: 'sw', shape: [2], values: [0.01, 0.02] },
    { name: 'u', shape: [], values: [120], type: 'uint8' },
    { name: 'i', shape: [], values: [-128], type: 'int8' },
    { name: 'zw', shape: [2], values: [0, 0], type: 'int8' },
  ],
};

it.each([
  ['float32', MODEL],
  ['quantized', QUANTIZED],
])(
  'mutants of a %s model are read or refused, with a sentence, soon',

  async (_, model) => {
    const original = onnxBytes(model);
    await readModel(original);
    const random = createRandom(17, 'onnx');
    const outcomes = { read: 0, refused: 0 };
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const bytes = mutated(original, 'onnx', random);
      const start = processorMs();
      try {
        const graph = await readModel(bytes);
        if (hasDeclaredScales(graph)) await convertModel(graph);
        outcomes.read++;
      } catch (error) {
        expect(error, `mutant ${mutant}: ${error}`).toBeInstanceOf(TinymlError);
        const { kind, message } = error as TinymlError;
        expect(['input', 'unsupported'], `mutant ${mutant}: ${message}`).toContain(kind);
        expect(message.length).toBeLessThan(1000);
        outcomes.refused++;
      }
      expect(processorMs() - start, `mutant ${mutant}`).toBeLessThan(MOST_MS);
    }
    expect(outcomes.refused).toBeGreaterThan(MUTANTS / 4);
    expect(outcomes.read).toBeGreaterThan(0);
  },
);
