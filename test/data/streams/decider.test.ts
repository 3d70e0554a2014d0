import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { Decision } from '../../../src/core/samples/decision.ts';
import { createDecider } from '../../../src/data/streams/decider.ts';

const PLAIN: Decision = { smoothing: 1, on: [200, 150, 0], off: [100, 150, 0], gap: 0 };

function beginnings(decision: Decision, answers: readonly (readonly number[])[]): (number | undefined)[] {
  const decider = createDecider(decision);
  return answers.map((scores) => decider.decide(scores).begins);
}

const none = undefined;

describe('a decider', () => {
  it('hears a class where its score is reached, the loudest of several, and never a class without one', () => {
    expect(
      beginnings(PLAIN, [
        [199, 0, 255],
        [200, 0, 255],
      ]),
    ).toEqual([none, 0]);
    expect(beginnings(PLAIN, [[210, 220, 0]])).toEqual([1]);
    expect(beginnings(PLAIN, [[220, 220, 0]])).toEqual([0]);
  });

  it('hears a class once until it is over, and no other one meanwhile', () => {
    expect(
      beginnings(PLAIN, [
        [255, 0, 0],
        [120, 200, 0],
        [255, 0, 0],
        [99, 0, 0],
        [255, 0, 0],
      ]),
    ).toEqual([0, none, none, none, 0]);
  });

  it('keeps beginnings apart', () => {
    const loud = [255, 0, 0];
    const still = [0, 0, 0];
    expect(beginnings({ ...PLAIN, gap: 3 }, [loud, still, loud, loud, still, loud])).toEqual([
      0,
      none,
      none,
      0,
      none,
      none,
    ]);
  });

  it('adds up the latest answers', () => {
    const decision = { ...PLAIN, smoothing: 3, on: [400, 0, 0], off: [300, 0, 0] };
    const answers = [255, 255, 0, 145, 255, 0, 0].map((score) => [score, 0, 0]);
    expect(beginnings(decision, answers)).toEqual([none, none, 0, none, none, none, none]);
    const decider = createDecider(decision);
    expect(answers.map((scores) => decider.decide(scores).heard)).toEqual([none, none, 0, 0, 0, 0, none]);
  });

  it('is its definition on random answers, and the same again after a reset', () => {
    const random = createRandom(4, 'decider test');
    const decision: Decision = { smoothing: 4, on: [500, 450, 0], off: [300, 450, 0], gap: 5 };
    const answers = Array.from({ length: 400 }, () => [0, 1, 2].map(() => random.below(256)));
    const expected: (number | undefined)[] = [];
    let [heard, last]: [number | undefined, number] = [none, -Infinity];
    for (const [now] of answers.entries()) {
      const recent = answers.slice(Math.max(0, now - 3), now + 1);
      const sums = [0, 1, 2].map((one) => recent.reduce((sum, scores) => sum + scores[one], 0));
      if (heard !== undefined && sums[heard] < decision.off[heard]) heard = none;
      const able = [0, 1].filter((one) => sums[one] >= decision.on[one]);
      able.sort((a, b) => sums[b] - sums[a] || a - b);
      const begins: number | undefined = heard === undefined && now >= 3 && now - last >= 5 ? able[0] : none;
      if (begins !== undefined) [heard, last] = [begins, now];
      expected.push(begins);
    }
    expect(expected.filter((one) => one !== undefined).length).toBeGreaterThan(20);
    expect(beginnings(decision, answers)).toEqual(expected);
    const decider = createDecider(decision);
    for (const scores of answers) decider.decide(scores);
    decider.reset();
    expect(answers.map((scores) => decider.decide(scores).begins)).toEqual(expected);
  });
});
