import { expect, it } from 'vitest';
import { alignUp } from '../../../src/core/alignment.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { createSimdMemory } from '../../../src/interpreter/tensor-memory.ts';
import { type Elements, type Move, moveLoop } from '../../../src/kernels/move.ts';
import { planCopy, planMoves } from '../../../src/kernels/simd/move.ts';
import type { SimdPlan } from '../../../src/kernels/simd/simd-plan.ts';
import { placesOf } from './places.ts';

const INPUTS = 3;
const INPUT_ELEMENTS = 2048;
const INPUT_BYTES = 4 * INPUT_ELEMENTS;
const OUTPUTS_AT = INPUTS * INPUT_BYTES;
const GUARD_BYTES = 64;
const UNTOUCHED = 0x5a;

/** Neighbours of one input, or padding, in runs of `shortest` to `longest`. */
function drawMove(random: Random, shortest: number, longest: number, count: number): Required<Move> {
  const index: number[] = [];
  const source: number[] = [];
  while (index.length < count) {
    const length = shortest + random.below(longest - shortest + 1);
    const from = random.below(5) === 0 ? -1 : random.below(INPUT_ELEMENTS - length);
    const which = random.below(INPUTS);
    for (let i = 0; i < length; i++) {
      index.push(from < 0 ? -1 : from + i);
      source.push(which);
    }
  }
  return { index: Int32Array.from(index), source: Int32Array.from(source) };
}

type ArrayType = typeof Int8Array | typeof Int16Array | typeof Float32Array;

/** Inputs of all sorts of bytes, and what the plan makes of them: outputs, and that nothing is written behind any. */
function runPlan(random: Random, plan: SimdPlan, type: ArrayType, lengths: readonly number[]) {
  let end = OUTPUTS_AT;
  const places = lengths.map((length) => {
    const at = end;
    end += alignUp(length * type.BYTES_PER_ELEMENT) + GUARD_BYTES;
    return at;
  });
  const memory = createSimdMemory(end, [plan]);
  if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(UNTOUCHED, OUTPUTS_AT, end);
  // Below 127, so that no float32 is NaN.
  for (let i = 0; i < OUTPUTS_AT; i++) bytes[i] = random.below(127);
  const addresses = Array.from({ length: INPUTS }, (_, input) => input * INPUT_BYTES);
  plan.bind(memory.kernels, placesOf(memory, plan, addresses, places))();
  const outputs = places.map((at, index) => new type(memory.buffer, at, lengths[index]).slice());
  for (const [index, at] of places.entries()) {
    bytes.fill(UNTOUCHED, at, at + lengths[index] * type.BYTES_PER_ELEMENT);
  }
  expect(bytes.subarray(OUTPUTS_AT, end).every((byte) => byte === UNTOUCHED)).toBe(true);
  return {
    inputs: addresses.map((address): Elements => new type(memory.buffer, address, INPUT_ELEMENTS)),
    outputs,
  };
}

it.each([
  ['int8', Int8Array],
  ['int16', Int16Array],
  ['float32', Float32Array],
] as const)('runs of %s go where the plain loop moves them', (_, type) => {
  const random = createRandom(1, 'simd moves');
  for (const [shortest, longest, count] of [
    [4, 7, 500],
    [1, 40, 900],
    [20, 33, 900],
    [300, 1900, 7000],
  ]) {
    const moves = [0, 1].map(() => drawMove(random, shortest, longest, count));
    // Of wider types padding is 0.
    const padding = type === Int8Array ? -7 : 0;
    const plan = planMoves(moves, type.BYTES_PER_ELEMENT, padding);
    if (plan === undefined) throw new Error('there is no plan');
    const lengths = moves.map(({ index }) => index.length);
    const { inputs, outputs } = runPlan(random, plan, type, lengths);
    for (const [index, move] of moves.entries()) {
      const expected = new type(lengths[index]);
      moveLoop(move)(padding, inputs, expected);
      expect(outputs[index]).toEqual(expected);
    }
  }
});

it.each([1, 15, 16, 31, 1500])('a copy of %s bytes ends where they end', (bytes) => {
  const { inputs, outputs } = runPlan(createRandom(2, 'simd copy'), planCopy(bytes), Int8Array, [bytes]);
  expect(outputs).toEqual([inputs[0].slice(0, bytes)]);
});

it('elements without neighbours are not planned', () => {
  const index = Int32Array.from({ length: 64 }, (_, i) => i);
  expect(planMoves([{ index }], 1)).toBeDefined();
  expect(planMoves([{ index }, { index: index.toReversed() }], 1)).toBeUndefined();
});
