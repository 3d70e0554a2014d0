import { describe, expect, it } from 'vitest';
import { chooseDecision } from '../../../src/models/listen/choose-decision.ts';
import { backgroundRows, eventsOf, judgeEvents } from '../../../src/models/listen/judge-events.ts';
import { labelledStretches } from '../../../src/models/listen/labelled-stretches.ts';
import type { ScoreTrack, Stretch } from '../../../src/models/listen/replay.ts';

const STRETCHES: readonly Stretch[] = [
  { start: 0, rows: 100, output: undefined },
  { start: 100, rows: 50, output: 0 },
  { start: 150, rows: 50, output: 1 },
  { start: 200, rows: 100, output: undefined },
];

const at = (readings: number, output: number) => ({ readings, output });

describe('what was heard', () => {
  it('is a hit in its stretch, and a little behind it', () => {
    const tally = judgeEvents([at(120, 0), at(220, 1)], STRETCHES, 2, 20);
    expect(tally).toEqual({
      hits: [
        { heard: 1, of: 1 },
        { heard: 1, of: 1 },
      ],
      falseAlarms: 0,
      confusions: 0,
      repeats: 0,
      misses: 0,
      delay: (20 + 70) / 2,
    });
  });

  it('is a false alarm before it and too late, and confused in a stretch of something else', () => {
    expect(judgeEvents([at(100, 0), at(120, 1), at(221, 1)], STRETCHES, 2, 20)).toMatchObject({
      falseAlarms: 2,
      confusions: 1,
      misses: 2,
      delay: 0,
    });
    expect(backgroundRows(STRETCHES)).toBe(200);
  });

  it('counts once in one stretch, without alarm', () => {
    const tally = judgeEvents([at(110, 0), at(140, 0)], STRETCHES, 2, 20);
    expect(tally).toMatchObject({ falseAlarms: 0, repeats: 1, misses: 1, delay: 10 });
    expect(tally.hits[0]).toEqual({ heard: 1, of: 1 });
  });

  it('belongs to the later of two stretches of its class', () => {
    const two: readonly Stretch[] = [
      { start: 0, rows: 50, output: 0 },
      { start: 50, rows: 50, output: 0 },
    ];
    expect(judgeEvents([at(40, 0), at(60, 0)], two, 1, 20).hits).toEqual([{ heard: 2, of: 2 }]);
  });
});

describe('labels as stretches', () => {
  const label = (startSeconds: number, endSeconds: number, name: string) => ({
    startSeconds,
    endSeconds,
    label: name,
  });

  it('are background where nothing is said, and cover the recording', () => {
    expect(
      labelledStretches([label(1, 2, 'b'), label(2, 2.5, 'hum')], ['a', 'b', 'hum'], (i) => i === 2, 10, 40),
    ).toEqual([
      { start: 0, rows: 10, output: undefined },
      { start: 10, rows: 10, output: 1 },
      { start: 20, rows: 5, output: undefined },
      { start: 25, rows: 15, output: undefined },
    ]);
  });

  it('end with the recording, and name classes that there are', () => {
    expect(labelledStretches([label(1, 9, 'a')], ['a'], () => false, 10, 30)[1]).toEqual({
      start: 10,
      rows: 20,
      output: 0,
    });
    expect(() => labelledStretches([label(1, 9, 'c')], ['a'], () => false, 10, 30)).toThrow('"c" at 1 s');
  });
});

/** An answer every 10 readings; a class is a few loud answers, and single ones are loud by accident. */
function trackOf(loud: ReadonlyMap<number, number>): ScoreTrack {
  const answers = Array.from({ length: 100 }, (_, i) => i);
  return {
    outputs: 2,
    readings: answers.map((answer) => 10 * (answer + 1)),
    scores: answers.map((answer) => Int32Array.of(loud.get(answer) ?? 5, 200)),
  };
}

describe('the choice of a decision', () => {
  const stretches: readonly Stretch[] = [
    { start: 0, rows: 300, output: undefined },
    { start: 300, rows: 100, output: 0 },
    { start: 400, rows: 600, output: undefined },
  ];
  const word = [31, 32, 33, 34].map((answer) => [answer, 200] as const);
  const wanted = { stretches, patience: 50, silent: new Set([1]), falseAlarms: 0, gap: 3 };

  it('smooths where single answers are loud, and never hears what is silent', () => {
    const track = trackOf(new Map([...word, [10, 255], [70, 255]]));
    const { decision, tally } = chooseDecision(track, wanted);
    expect(decision.smoothing).toBeGreaterThan(1);
    expect(decision.on[1]).toBe(0);
    expect(tally).toMatchObject({ misses: 0, falseAlarms: 0 });
    expect(eventsOf(track, decision).map(({ output }) => output)).toEqual([0]);
  });

  it('does not smooth where there is no need', () => {
    expect(chooseDecision(trackOf(new Map(word)), wanted).decision.smoothing).toBe(1);
  });

  it('misses rather than give a false alarm too many', () => {
    const track = trackOf(
      new Map([...word, ...[60, 61, 62, 63, 64].map((answer) => [answer, 250] as const)]),
    );
    expect(chooseDecision(track, wanted).tally).toMatchObject({ misses: 1, falseAlarms: 0 });
    expect(chooseDecision(track, { ...wanted, falseAlarms: 1 }).tally).toMatchObject({
      misses: 0,
      falseAlarms: 1,
    });
  });
});
