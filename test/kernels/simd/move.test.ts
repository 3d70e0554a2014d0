import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { createSimdMemory } from '../../../src/interpreter/tensor-memory.ts';
import { type Elements, type Move, moveLoop } from '../../../src/kernels/move.ts';
import { planCopy, planMove } from '../../../src/kernels/simd/move.ts';
import type { SimdPlan } from '../../../src/kernels/simd/simd-plan.ts';

const INPUTS = 3;
const INPUT_ELEMENTS = 2048;
const INPUT_BYTES = 4 * INPUT_ELEMENTS;
const OUTPUT_AT = INPUTS * INPUT_BYTES;
const GUARD_BYTES = 64;
const UNTOUCHED = 0x5a;

/** Neighbours of one input in runs of `shortest` to `longest`. */
function drawMove(random: Random, shortest: number, longest: number, count: number): Required<Move> {
  const index: number[] = [];
  const source: number[] = [];
  while (index.length < count) {
    const length = shortest + random.below(longest - shortest + 1);
    const from = random.below(INPUT_ELEMENTS - length);
    const which = random.below(INPUTS);
    for (let i = 0; i < length; i++) {
      index.push(from + i);
      source.push(which);
    }
  }
  return { index: Int32Array.from(index), source: Int32Array.from(source) };
}

type ArrayType = typeof Int8Array | typeof Int16Array | typeof Float32Array;

/** Inputs of all sorts of bytes, and what the plan makes of them: the output, and that nothing is written behind it. */
function runPlan(random: Random, plan: SimdPlan, type: ArrayType, length: number) {
  const end = OUTPUT_AT + length * type.BYTES_PER_ELEMENT + GUARD_BYTES;
  const memory = createSimdMemory(end, [plan]);
  if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(UNTOUCHED, OUTPUT_AT, end);
  // Below 128, so that no float32 is NaN.
  for (let i = 0; i < OUTPUT_AT; i++) bytes[i] = random.below(127);
  const addresses = Array.from({ length: INPUTS }, (_, input) => input * INPUT_BYTES);
  const constants = memory.constants.get(plan) ?? [];
  plan.bind(memory.kernels, { inputs: addresses, output: OUTPUT_AT, constants, scratch: memory.scratch })();
  const inputs = addresses.map((address): Elements => new type(memory.buffer, address, INPUT_ELEMENTS));
  expect(bytes.subarray(end - GUARD_BYTES, end).every((byte) => byte === UNTOUCHED)).toBe(true);
  return { inputs, output: new type(memory.buffer, OUTPUT_AT, length) };
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
    const move = drawMove(random, shortest, longest, count);
    const plan = planMove(move, type.BYTES_PER_ELEMENT);
    if (plan === undefined) throw new Error('there is no plan');
    const { inputs, output } = runPlan(random, plan, type, move.index.length);
    const expected = new type(output.length);
    moveLoop(move)(0, inputs, expected);
    expect(output).toEqual(expected);
  }
});

it.each([1, 15, 16, 31, 1500])('a copy of %s bytes ends where they end', (bytes) => {
  const { inputs, output } = runPlan(createRandom(2, 'simd copy'), planCopy(bytes), Int8Array, bytes);
  expect(output).toEqual(inputs[0].slice(0, bytes));
});

it('neither padding nor elements without neighbours are planned', () => {
  const index = Int32Array.from({ length: 64 }, (_, i) => i);
  expect(planMove({ index }, 1)).toBeDefined();
  expect(planMove({ index: index.with(40, -1) }, 1)).toBeUndefined();
  expect(planMove({ index: index.toReversed() }, 1)).toBeUndefined();
});
