import { describe, expect, it } from 'vitest';
import { recommend } from '../../../src/models/doctor/recommend.ts';
import { tried } from './tried-cure.ts';

const now = tried('now', 20);

describe('recommend', () => {
  it('takes the cheapest of those that are as good as the best', () => {
    const cures = [now, tried('recipe', 21), tried('recipe', 29.5), tried('dense per channel', 30)];
    expect(recommend(cures, [true])).toEqual({ cure: cures[2], gainDb: 9.5 });
  });

  it('leaves things as they are for less than a decibel', () => {
    expect(recommend([now, tried('recipe', 20.9)], [true])).toBeUndefined();
  });

  it('believes no gain that half of the records do not have', () => {
    expect(recommend([now, tried('recipe', 25, { halvesDb: [40, 19] })], [true])).toBeUndefined();
  });

  it('recommends nothing that the task is served worse by', () => {
    const today = { ...now, metric: 95 };
    const better = tried('recipe', 25, { metric: 90 });
    expect(recommend([today, better], [true])).toBeUndefined();
    expect(recommend([today, better], [false])?.cure).toBe(better);
    const [both, other] = [{ ...now, metrics: [95, 1] }, tried('recipe', 25, { metrics: [95, 2] })];
    expect(recommend([both, other], [true, false])).toBeUndefined();
    expect(recommend([both, other], [true, true])?.cure).toBe(other);
  });

  it('leaves int16 to who can afford it', () => {
    expect(recommend([now, tried('int16x8', 60)], [true])).toBeUndefined();
  });

  it('passes over what has no int8 form', () => {
    const refused = {
      kind: 'recipe',
      name: 'fast',
      method: 'fast',
      densePerChannel: false,
      samples: 1,
      refusal: 'no',
    } as const;
    expect(recommend([now, refused], [true])).toBeUndefined();
  });
});
