import { expect, it } from 'vitest';
import type { QuantizedMultiplier } from '../../../src/core/fixed-point.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { createSimdMemory } from '../../../src/interpreter/tensor-memory.ts';
import { type SvdfInt8, svdfInt8 } from '../../../src/kernels/recurrent/svdf-int8.ts';
import { planSvdfInt8 } from '../../../src/kernels/simd/recurrent/svdf-int8.ts';
import { drawInt8, oneOf } from '../../conformance/draw.ts';
import { placesOf } from './places.ts';

const GUARD_BYTES = 64;
const CASES = 120;

/** What lies around the tensors; bytes that are moved are seen. */
const untouched = (i: number): number => (i * 37) & 255;

/** Shifts in both directions and none at all, some as far as they go. */
function drawMultiplier(random: Random, shift: number): QuantizedMultiplier {
  return {
    multiplier: oneOf(random, [2 ** 30, 2 ** 31 - 1, 2 ** 30 + random.below(2 ** 30)]),
    shift: oneOf(random, [shift, shift, shift, -random.below(32), random.below(8)]),
  };
}

function drawSvdf(random: Random): SvdfInt8 {
  const zeroPoint = (): number => oneOf(random, [-128, 127, 0, random.below(256) - 128]);
  const rank = 1 + random.below(3);
  return {
    batches: 1 + random.below(3),
    depth: oneOf(random, [1 + random.below(20), 1 + random.below(140)]),
    filters: rank * oneOf(random, [1, 7, 8, 9, 32, 1 + random.below(40)]),
    memory: oneOf(random, [1, 2, 8, 16, 1 + random.below(40)]),
    rank,
    inputZeroPoint: zeroPoint(),
    stateZeroPoint: zeroPoint(),
    outputZeroPoint: zeroPoint(),
    feature: drawMultiplier(random, -8),
    time: drawMultiplier(random, -7),
    stateMin: -128,
    stateMax: 127,
  };
}

/** Three inferences, of which each goes on from the state that the one before it left. */
function expectAlike(random: Random, label: string): void {
  const p = drawSvdf(random);
  const { batches, depth, filters, memory, rank } = p;
  const units = filters / rank;
  const features = drawInt8(random, filters * depth, 2 + random.below(2));
  const times = drawInt8(random, filters * memory, 2 + random.below(2));
  const bias = Int32Array.from({ length: units }, () => (random.uint32() | 0) >> random.below(24));
  const plan = planSvdfInt8(p, features, times, bias);
  const round = (bytes: number): number => Math.ceil(bytes / 16) * 16 + GUARD_BYTES;
  const stateAt = round(batches * depth);
  const outputAt = stateAt + round(batches * filters * memory);
  const end = outputAt + round(batches * units);
  const memoryOf = plan && createSimdMemory(end, [plan]);
  if (memoryOf === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  const bytes = new Uint8Array(memoryOf.buffer);
  for (let i = 0; i < end; i++) bytes[i] = untouched(i);
  const input = new Int8Array(memoryOf.buffer, 0, batches * depth);
  const state = new Int8Array(memoryOf.buffer, stateAt, batches * filters * memory);
  const output = new Int8Array(memoryOf.buffer, outputAt, batches * units);
  state.set(drawInt8(random, state.length, 2));
  const expected = { state: state.slice(), output: output.slice() };
  const run = plan?.bind(memoryOf.kernels, placesOf(memoryOf, plan, [0, stateAt], [outputAt]));
  const loop = svdfInt8(p);
  for (let record = 0; record < 3; record++) {
    input.set(drawInt8(random, input.length, record));
    run?.();
    loop(input.slice(), features, times, bias, expected.state, expected.output);
    expect({ state, output }, `${label}: ${JSON.stringify(p)}`).toEqual(expected);
  }
  for (const { byteOffset, byteLength } of [input, state, output]) {
    for (let i = byteOffset; i < byteOffset + byteLength; i++) bytes[i] = untouched(i);
  }
  expect(
    bytes.subarray(0, end).every((byte, i) => byte === untouched(i)),
    `${label}: nothing else is written`,
  ).toBe(true);
}

it('SVDF of int8 gives the bytes of the plain loops, and leaves their state', () => {
  const random = createRandom(1, 'simd svdf');
  for (let index = 0; index < CASES; index++) expectAlike(random, `case ${index}`);
});
