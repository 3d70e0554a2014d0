import { expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { createSimdMemory } from '../../../../src/interpreter/tensor-memory.ts';
import { hardSwishFloat, logisticFloat, tanhFloat } from '../../../../src/kernels/float/elementwise.ts';
import { oneNode } from '../../../ops/one-node.ts';

const PLAIN = { logistic: logisticFloat, tanh: tanhFloat, hard_swish: hardSwishFloat } as const;

const BLOCK = 4096;
const BLOCKS = 250;

function interpreterOf(kind: keyof typeof PLAIN, length: number) {
  const type = { dtype: 'float32', shape: [1, length] } as const;
  return createInterpreter(oneNode(kind, {}, [{ type }], type));
}

/** Of every size and sign, and where results change most. */
function drawBits(block: number): Float32Array {
  const random = createRandom(block, 'float functions');
  const bits = Uint32Array.from({ length: BLOCK }, () => random.uint32());
  const floats = new Float32Array(bits.buffer);
  const size = block % 8;
  return size < 4 ? floats : floats.map(() => 20 * (random.uniform() - 0.5) * 2 ** -(3 * (size - 4)));
}

it.each(['logistic', 'tanh', 'hard_swish'] as const)('SIMD %s gives the bytes of the plain loop', (kind) => {
  const interpreter = interpreterOf(kind, BLOCK);
  const expected = new Float32Array(BLOCK);
  for (let block = 0; block < BLOCKS; block++) {
    const input = drawBits(block);
    const [actual] = interpreter.invoke([input]);
    PLAIN[kind](input, expected);
    const wrong = expected.findIndex((value, index) => !Object.is(value, actual[index]));
    if (wrong >= 0) expect.fail(`of ${input[wrong]} it makes ${actual[wrong]} instead of ${expected[wrong]}`);
  }
});

it.each(['logistic', 'tanh', 'hard_swish'] as const)(
  'SIMD %s takes any number of values, and ends',
  (kind) => {
    const special = [
      0,
      -0,
      NaN,
      Infinity,
      -Infinity,
      1e-45,
      -1e-45,
      88.8,
      -104,
      3.4e38,
      -3.4e38,
      3,
      -3,
      10,
      9.02,
    ];
    for (let length = 1; length <= special.length; length++) {
      const input = Float32Array.from(special.slice(special.length - length));
      const expected = new Float32Array(length);
      PLAIN[kind](input, expected);
      expect(interpreterOf(kind, length).invoke([input])[0]).toEqual(expected);
    }
  },
);

it.each([
  ['logistic', 'sigmoidFloat', [0.81502366065979, 0.908761739730835]],
  ['tanh', 'tanhFloat', [1.4045460224151611, 1.9432523250579834]],
] as const)('%s leaves what is near the middle of two results to the plain loop', (kind, kernel, near) => {
  const memory = createSimdMemory(64, []);
  if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  const input = new Float32Array(memory.buffer, 0, 7).fill(0.8);
  expect(memory.kernels[kernel](7, 0, 32)).toBe(0);
  for (const [index, value] of near.entries()) {
    input.fill(0.8);
    input[3 * index + 1] = value;
    expect(memory.kernels[kernel](7, 0, 32)).toBe(1);
    const expected = new Float32Array(7);
    PLAIN[kind](input, expected);
    expect(interpreterOf(kind, 7).invoke([input.slice()])[0]).toEqual(expected);
  }
});
