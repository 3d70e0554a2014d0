import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { createSimdMemory } from '../../../src/interpreter/tensor-memory.ts';
import { type LstmFloat, lstmFloat } from '../../../src/kernels/recurrent/lstm-float.ts';
import { CELL } from '../../../src/kernels/recurrent/lstm-shape.ts';
import { planLstmFloat } from '../../../src/kernels/simd/recurrent/lstm-float.ts';
import { oneOf } from '../../conformance/draw.ts';
import { placesOf } from './places.ts';

const CASES = 150;
const GUARD = 16;

function drawLstm(random: Random): LstmFloat {
  return {
    batches: 1 + random.below(3),
    steps: 1 + random.below(5),
    depth: oneOf(random, [1, 1 + random.below(20), 1 + random.below(90)]),
    units: oneOf(random, [1, 7, 8, 9, 20, 1 + random.below(40)]),
    timeMajor: random.below(2) === 0,
    cellClip: oneOf(random, [Infinity, Infinity, 0.5]),
  };
}

/** Some infinite, and zeros of both signs. */
function drawFloats(random: Random, length: number, size: number): Float32Array {
  return Float32Array.from({ length }, () =>
    oneOf(random, [0, 1, 2, 3, 4, 5, 6, 7]) === 0
      ? oneOf(random, [0, -0, size, -size])
      : size * (2 * random.uniform() - 1),
  );
}

/** Two inferences, of which the second goes on from the states that the first left. */
function expectAlike(random: Random, label: string): void {
  const p = drawLstm(random);
  const { batches, steps, depth, units } = p;
  const gates = (length: number, size: number): Float32Array[] =>
    [0, 1, 2, 3].map(() => drawFloats(random, length, size));
  const size = oneOf(random, [0.3, 1, 1, Infinity]);
  const weights = {
    input: gates(units * depth, size),
    hidden: gates(units * units, 1),
    bias: gates(units, 1),
  };
  const plan = planLstmFloat(p, weights);
  const lengths = [batches * steps * depth, batches * units, batches * units, batches * steps * units];
  let end = 0;
  const places = lengths.map((length) => {
    const at = end;
    end += 16 * Math.ceil((4 * length) / 16) + 4 * GUARD;
    return at;
  });
  const memory = createSimdMemory(end, [plan]);
  if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  const { buffer } = memory;
  const tensors = places.map((at, index) => new Float32Array(buffer, at, lengths[index]));
  const [input, hidden, cell, output] = tensors;
  for (const [index, at] of places.entries())
    new Float32Array(buffer, at + 4 * lengths[index], GUARD).fill(1234);
  const expected = { hidden: hidden.slice(), cell: cell.slice(), output: output.slice() };
  const [seen, told]: [number[][], number[][]] = [[], []];
  const [inputAt, hiddenAt, cellAt, outputAt] = places;
  const run = plan.bind(
    memory.kernels,
    placesOf(memory, plan, [inputAt, hiddenAt, cellAt], [outputAt], (position) =>
      seen.push([position, ...cell]),
    ),
  );
  const [w, u, b] = [weights.input, weights.hidden, weights.bias];
  const loop = lstmFloat(p);
  for (let record = 0; record < 2; record++) {
    input.set(drawFloats(random, input.length, 2));
    run();
    const states = [expected.hidden, expected.cell] as const;
    const fixed = [w[0], w[1], w[2], w[3], u[0], u[1], u[2], u[3], b[0], b[1], b[2], b[3]] as const;
    loop([input.slice(), ...fixed, ...states], expected.output, (position) =>
      told.push([position, ...expected.cell]),
    );
    expect({ hidden, cell, output }, `${label}: ${JSON.stringify(p)}`).toEqual(expected);
  }
  expect(seen).toEqual(told);
  expect(told).toHaveLength(2 * batches * steps);
  expect(told.every(([position]) => position === CELL)).toBe(true);
  for (const [index, at] of places.entries()) {
    const behind = new Float32Array(buffer, at + 4 * lengths[index], GUARD);
    expect(
      behind.every((value) => value === 1234),
      `${label}: nothing else is written`,
    ).toBe(true);
  }
}

it('an LSTM of float32 gives the bytes of the plain loops, shows the same states and leaves them', () => {
  const random = createRandom(1, 'simd float lstm');
  for (let index = 0; index < CASES; index++) expectAlike(random, `case ${index}`);
});
