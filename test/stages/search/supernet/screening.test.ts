import { describe, expect, it } from 'vitest';
import type { Fitting } from '../../../../src/stages/search/newcomers.ts';
import { Screening, screenedCount } from '../../../../src/stages/search/supernet/screening.ts';

const fittings = (count: number): readonly Fitting[] =>
  Array.from({ length: count }, (_, index) => ({
    candidate: { project: { model: { units: [index] } } } as unknown as Fitting['candidate'],
    costs: { flash: 100 + index, ram: 1, arena: 1, macs: 1 },
  }));

const limits = { flash: 200 };

/** The places of those that come in, in their order. */
function comingIn(screening: Screening | undefined, all: readonly Fitting[]): number[] {
  const places: number[] = [];
  for (let next = screening?.next(); next !== undefined; next = screening?.next())
    places.push(all.indexOf(next));
  return places;
}

describe('a screening', () => {
  it('lets a ninth in: in turn the least loss, and the least loss against size', () => {
    const all = fittings(36);
    const screening = Screening.of(all, limits);
    expect(screening?.models).toEqual(all.map((_, index) => ({ units: [index] })));
    expect(comingIn(screening, all)).toEqual([]);
    // The later, the better and the larger: all are on one front, by merit; then a small one gets better than most.
    screening?.take(all.map((_, index) => (index === 0 ? 0.015 : 1 / (1 + index))));
    expect(comingIn(screening, all)).toEqual([0, 35, 34, 33]);
  });

  it('leaves out what has no loss', () => {
    const all = fittings(18);
    const screening = Screening.of(all, limits);
    screening?.take(all.map((_, index) => (index < 9 ? null : index)));
    expect(comingIn(screening, all)).toEqual([9]);
  });

  it('has as many as go through a queue in one trial', () => {
    const wordy = (length: number) =>
      fittings(30).map((fitting) => ({
        ...fitting,
        candidate: { project: { model: { units: 'x'.repeat(length) } } } as unknown as Fitting['candidate'],
      }));
    const screening = Screening.of(wordy(2 ** 15), limits);
    expect(screening?.models.length).toBe(15);
    screening?.take(new Array(15).fill(1));
    expect(screening?.next()).toBeDefined();
    expect(Screening.of(wordy(2 ** 17), limits)).toBeUndefined();
  });

  it('is none of too few, and none of a short search', () => {
    expect(Screening.of(fittings(7), limits)).toBeUndefined();
    expect([12, 29, 30, 64, undefined].map(screenedCount)).toEqual([0, 0, 60, 128, 128]);
  });
});
