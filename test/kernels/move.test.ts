import { expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { type Move, moveLoop } from '../../src/kernels/move.ts';

const PADDING = 77;
const random = createRandom(1, 'moves');
const inputs = [0, 1].map((which) => Int16Array.from({ length: 400 }, (_, i) => 1000 * which + i));

/** Neighbours of one input, or padding, in runs of up to `longest`. */
function drawMove(longest: number, count: number): Required<Move> {
  const index: number[] = [];
  const source: number[] = [];
  while (index.length < count) {
    const length = 1 + random.below(longest);
    const from = random.below(4) === 0 ? -1 : random.below(400 - length);
    const which = random.below(2);
    for (let i = 0; i < length; i++) {
      index.push(from < 0 ? -1 : from + i);
      source.push(which);
    }
  }
  return { index: Int32Array.from(index), source: Int32Array.from(source) };
}

it.each([1, 20, 300])('moves every element, in runs of up to %i', (longest) => {
  for (let round = 0; round < 5; round++) {
    const { index, source } = drawMove(longest, 700);
    const output = new Int16Array(index.length);
    moveLoop({ index, source })(PADDING, inputs, output);
    expect(output).toEqual(Int16Array.from(index, (at, i) => (at < 0 ? PADDING : inputs[source[i]][at])));
    moveLoop({ index })(PADDING, inputs, output);
    expect(output).toEqual(Int16Array.from(index, (at) => (at < 0 ? PADDING : inputs[0][at])));
  }
});
