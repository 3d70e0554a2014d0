/** The network of `examples/pytorch` and its samples, as its Python would write them: seeded, and without PyTorch. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../src/core/random.ts';
import { writeNpy } from '../src/data/records/npy.ts';
import { onnxBytes, type TestTensor } from './formats/onnx/onnx-file.ts';

const SAMPLES = 100;
const [AXES, READINGS] = [3, 64];

/** Layers as `nn.Conv1d` and `nn.Linear` begin. */
function weights(seed: string, shape: readonly number[], fanIn: number): TestTensor {
  const random = createRandom(1, seed);
  const bound = 1 / Math.sqrt(fanIn);
  const count = shape.reduce((a, b) => a * b);
  return {
    name: seed,
    shape,
    values: Array.from({ length: count }, () => (2 * random.uniform() - 1) * bound),
  };
}

function networkBytes(): Uint8Array {
  const window = { kernel_shape: [5], pads: [2, 2] };
  return onnxBytes({
    inputs: [{ name: 'input', shape: [1, AXES, READINGS] }],
    outputs: ['output'],
    constants: [
      weights('0.weight', [8, AXES, 5], AXES * 5),
      weights('0.bias', [8], AXES * 5),
      weights('3.weight', [16, 8, 5], 40),
      weights('3.bias', [16], 40),
      weights('7.weight', [4, 16], 16),
      weights('7.bias', [4], 16),
    ],
    nodes: [
      { operator: 'Conv', inputs: ['input', '0.weight', '0.bias'], outputs: ['0'], attributes: window },
      { operator: 'Relu', inputs: ['0'], outputs: ['1'] },
      { operator: 'MaxPool', inputs: ['1'], outputs: ['2'], attributes: { kernel_shape: [2], strides: [2] } },
      { operator: 'Conv', inputs: ['2', '3.weight', '3.bias'], outputs: ['3'], attributes: window },
      { operator: 'Relu', inputs: ['3'], outputs: ['4'] },
      { operator: 'GlobalAveragePool', inputs: ['4'], outputs: ['5'] },
      { operator: 'Flatten', inputs: ['5'], outputs: ['6'] },
      { operator: 'Gemm', inputs: ['6', '7.weight', '7.bias'], outputs: ['7'], attributes: { transB: 1 } },
      { operator: 'Softmax', inputs: ['7'], outputs: ['output'], attributes: { axis: 1 } },
    ],
  });
}

/** Writes `net.onnx` and `x.npy`. */
export function writePytorchExample(folder: string): void {
  const random = createRandom(2, 'readings');
  const shape = [SAMPLES, AXES, READINGS];
  const data = Float32Array.from({ length: SAMPLES * AXES * READINGS }, () => random.normal());
  writeFileSync(join(folder, 'net.onnx'), networkBytes());
  writeFileSync(join(folder, 'x.npy'), writeNpy('float32', shape, data));
}
