import { expect, it } from 'vitest';
import { inTurn } from '../../../src/stages/stream/in-turn.ts';

const named = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}`);
const isLoud = (piece: string): boolean => piece.startsWith('word');

it.each([
  [72, 24],
  [24, 72],
  [5, 5],
  [1, 1],
  [7, 1],
])('%d words and %d pieces of background', (words, pieces) => {
  const [loud, still] = [named('word', words), named('still', pieces)];
  const order = inTurn(loud, still);
  expect(order.filter(isLoud)).toEqual(loud);
  for (const [i, piece] of order.entries()) {
    if (!isLoud(piece)) continue;
    expect(order[i - 1]).toMatch(/^still/);
    expect(order[i + 1]).toMatch(/^still/);
  }
  const rest = order.filter((piece) => !isLoud(piece));
  expect(rest.length).toBe(Math.max(pieces, words + 1));
  expect(new Set(rest)).toEqual(new Set(still));
});

it('puts words side by side where there is nothing else', () => {
  expect(inTurn(named('word', 3), [])).toEqual(named('word', 3));
});
