import { expect, it } from 'vitest';
import type { QuantizedMultiplier } from '../../../src/core/fixed-point.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { createSimdMemory } from '../../../src/interpreter/tensor-memory.ts';
import { type LstmInteger, lstmInteger } from '../../../src/kernels/recurrent/lstm-integer.ts';
import { planLstmInt8 } from '../../../src/kernels/simd/int8-lstm.ts';
import { drawInt8, drawInt16, oneOf } from '../../conformance/draw.ts';
import { placesOf } from './places.ts';

const GUARD_BYTES = 64;
const UNTOUCHED = 0x5a;
const CASES = 120;

/** Shifts in both directions and none at all, some as far as they go. */
function drawMultiplier(random: Random, shift: number): QuantizedMultiplier {
  return {
    multiplier: oneOf(random, [2 ** 30, 2 ** 31 - 1, 2 ** 30 + random.below(2 ** 30)]),
    shift: oneOf(random, [shift, shift, shift, -random.below(32), random.below(8)]),
  };
}

function drawLstm(random: Random): LstmInteger {
  const zeroPoint = (): number => oneOf(random, [-128, 127, 0, random.below(256) - 128]);
  return {
    batches: 1 + random.below(3),
    steps: 1 + random.below(4),
    depth: oneOf(random, [1 + random.below(20), 1 + random.below(140)]),
    units: oneOf(random, [1, 7, 8, 9, 20, 1 + random.below(40)]),
    timeMajor: random.below(2) === 0,
    inputZeroPoint: zeroPoint(),
    hiddenZeroPoint: zeroPoint(),
    gates: [0, 1, 2, 3].map(() => ({
      input: drawMultiplier(random, -5),
      hidden: drawMultiplier(random, -6),
    })),
    cellPower: oneOf(random, [-11, -12, -15, 2, -27, -8]),
    cellClip: oneOf(random, [Infinity, Infinity, 0, 3000, 32767]),
    forgotten: drawMultiplier(random, -15),
    incoming: drawMultiplier(random, -17),
    outgoing: drawMultiplier(random, -22),
    hiddenMin: -128,
    hiddenMax: 127,
    isWide: false,
  };
}

function drawWeights(random: Random, p: LstmInteger) {
  const gates = <T>(draw: () => T): T[] => [0, 1, 2, 3].map(draw);
  const rows = (length: number) => (): Int8Array => drawInt8(random, p.units * length, 2 + random.below(2));
  return {
    input: gates(rows(p.depth)),
    hidden: gates(rows(p.units)),
    bias: gates(() => Int32Array.from({ length: p.units }, () => (random.uint32() | 0) >> random.below(24))),
  };
}

/** Three inferences, of which each goes on from the states that the one before it left. */
function expectAlike(random: Random, label: string): void {
  const p = drawLstm(random);
  const weights = drawWeights(random, p);
  const plan = planLstmInt8(p, weights);
  const { batches, steps, depth, units } = p;
  const round = (bytes: number): number => Math.ceil(bytes / 16) * 16 + GUARD_BYTES;
  const hiddenAt = round(batches * steps * depth);
  const cellAt = hiddenAt + round(batches * units);
  const outputAt = cellAt + round(2 * batches * units);
  const end = outputAt + round(batches * steps * units);
  const memory = createSimdMemory(end, [plan]);
  if (memory === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(UNTOUCHED, 0, end);
  const input = new Int8Array(memory.buffer, 0, batches * steps * depth);
  const hidden = new Int8Array(memory.buffer, hiddenAt, batches * units);
  const cell = new Int16Array(memory.buffer, cellAt, batches * units);
  const output = new Int8Array(memory.buffer, outputAt, batches * steps * units);
  hidden.set(drawInt8(random, hidden.length, 2));
  cell.set(drawInt16(random, cell.length, 2));
  const expected = { hidden: hidden.slice(), cell: cell.slice(), output: output.slice() };
  const run = plan.bind(memory.kernels, placesOf(memory, plan, [0, hiddenAt, cellAt], [outputAt]));
  const [w, u, b] = [weights.input, weights.hidden, weights.bias];
  const loop = lstmInteger(p);
  for (let record = 0; record < 3; record++) {
    input.set(drawInt8(random, input.length, record));
    run();
    loop(
      [
        input.slice(),
        w[0],
        w[1],
        w[2],
        w[3],
        u[0],
        u[1],
        u[2],
        u[3],
        b[0],
        b[1],
        b[2],
        b[3],
        expected.hidden,
        expected.cell,
      ],
      expected.output,
    );
    expect({ hidden, cell, output }, `${label}: ${JSON.stringify(p)}`).toEqual(expected);
  }
  const written = [
    [hiddenAt, hidden.byteLength],
    [cellAt, cell.byteLength],
    [outputAt, output.byteLength],
    [0, input.byteLength],
  ];
  for (const [from, length] of written) bytes.fill(UNTOUCHED, from, from + length);
  expect(
    bytes.subarray(0, end).every((byte) => byte === UNTOUCHED),
    `${label}: nothing else is written`,
  ).toBe(true);
}

it('an LSTM of int8 gives the bytes of the plain loops, and leaves their states', () => {
  const random = createRandom(1, 'simd lstm');
  for (let index = 0; index < CASES; index++) expectAlike(random, `case ${index}`);
});
