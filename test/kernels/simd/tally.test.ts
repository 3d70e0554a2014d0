import { expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import {
  clearTally,
  type Observer,
  plainObserver,
  type TallyShape,
} from '../../../src/kernels/float/tally.ts';
import { simdObservers } from '../../../src/kernels/simd/tally.ts';
import { oneOf } from '../../conformance/draw.ts';

const SHAPES: readonly TallyShape[] = [
  { elements: 1, channels: 1, groups: 1 },
  { elements: 5, channels: 1, groups: 2 },
  { elements: 21, channels: 3, groups: 2 },
  { elements: 64, channels: 8, groups: 3 },
  { elements: 91, channels: 13, groups: 2 },
  { elements: 0, channels: 0, groups: 1 },
];

function simd(shapes: readonly TallyShape[]): readonly Observer[] {
  const observers = simdObservers(shapes);
  if (observers === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  return observers;
}

it('tallies are those of the plain loop to the bit, among them of NaN, infinities and both zeros', () => {
  const random = createRandom(1, 'simd tally');
  const draw = (): number =>
    oneOf(random, [random.normal(), 1e30 * random.normal(), 0, -0, NaN, Infinity, -Infinity, 1e-40]);
  const [both, observers] = [SHAPES.map(plainObserver), simd(SHAPES)];
  for (let round = 0; round < 2; round++) {
    for (const { tally } of [...both, ...observers]) clearTally(tally);
    for (let record = 0; record < 20; record++) {
      for (const [index, { elements, groups }] of SHAPES.entries()) {
        const data = Float32Array.from({ length: elements }, draw);
        for (const observer of [both[index], observers[index]]) observer.observe(data, record % groups);
      }
    }
    for (const [index, { tally }] of both.entries()) {
      expect(observers[index].tally, JSON.stringify(SHAPES[index])).toEqual(tally);
    }
  }
});

it('sums of finite numbers are added in the order of the tensors', () => {
  const shape = { elements: 6, channels: 2, groups: 1 };
  const [plain, [fast]] = [plainObserver(shape), simd([shape])];
  const random = createRandom(2, 'simd tally order');
  for (let record = 0; record < 50; record++) {
    const data = Float32Array.from({ length: 6 }, () => 10 ** (20 * random.uniform() - 10) * random.normal());
    for (const observer of [plain, fast]) observer.observe(data, 0);
  }
  expect(Buffer.from(fast.tally.squares.slice().buffer)).toEqual(Buffer.from(plain.tally.squares.buffer));
  expect(Buffer.from(fast.tally.sums.slice().buffer)).toEqual(Buffer.from(plain.tally.sums.buffer));
});

it('a tally of more than memory can hold is left to the plain loop', () => {
  expect(simdObservers([{ elements: 2 ** 30, channels: 1, groups: 1 }])).toBeUndefined();
});
