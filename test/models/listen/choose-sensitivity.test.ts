import { describe, expect, it } from 'vitest';
import { chooseSensitivity } from '../../../src/models/listen/choose-sensitivity.ts';
import { eventsOf } from '../../../src/models/listen/judge-events.ts';

/** Scores of one answer after another. */
const trackOf = (scores: readonly number[]) => ({
  outputs: 1,
  readings: scores.map((_, i) => i + 1),
  scores: scores.map((score) => Int32Array.of(score)),
});

const chosenOf = (scores: readonly number[], falseAlarms = 0, answersPerSample = 8) =>
  chooseSensitivity(trackOf(scores), {
    ...{ stretches: [{ start: 0, rows: scores.length, output: undefined }], patience: 0 },
    ...{ falseAlarms, gap: 1, answersPerSample, threshold: 0.5 },
  });

const CALM = Array.from({ length: 100 }, (_, i) => [20, 40, 20, 60][i % 4]);

describe('the settings of an autoencoder that listens', () => {
  it('add up what rises and falls, and stay a tenth above what is normal', () => {
    const { decision, tally } = chosenOf(CALM);
    // The mean of four is 35 whichever they are, so 36 is never reached, and 40 is a tenth more.
    expect(decision).toEqual({ smoothing: 4, on: [160], off: [128], gap: 1, threshold: 0.5 });
    expect(tally.falseAlarms).toBe(0);
    expect(eventsOf(trackOf([...CALM, 60, 60, 60, 60]), decision).length).toBe(1);
  });

  it('add up no more than a sample has', () => {
    expect(chosenOf(CALM, 0, 2).decision).toMatchObject({ smoothing: 2, on: [2 * 46] });
  });

  it('may alarm as often as is said', () => {
    const spiky = CALM.map((score, i) => (i === 30 ? 250 : score));
    expect(chosenOf(spiky, 0).decision.on[0]).toBeGreaterThan(chosenOf(spiky, 1).decision.on[0]);
  });

  it('say the false alarms where what is normal is as far as scores go', () => {
    const loud = CALM.map((_, i) => (i % 20 < 10 ? 255 : 0));
    expect(chosenOf(loud, 0, 1).tally.falseAlarms).toBe(5);
  });
});
