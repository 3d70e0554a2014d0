import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../../src/core/random.ts';
import type { Stage, Step } from '../../../../src/training/compiled/course.ts';
import type { Run } from '../../../../src/training/compiled/run.ts';
import { jobOf } from '../job.ts';
import { endedCase, LAYER_CASES } from '../layer-cases.ts';
import { ELSEWHERE, trainedMemory } from '../trained-memory.ts';

const BATCHES = 3;

/** Pieces of a step's parts, in any order. */
function pieces(parts: number, random: Random): readonly (readonly [number, number])[] {
  const cuts = Array.from({ length: parts - 1 }, (_, i) => i + 1).filter(() => random.uniform() < 0.6);
  const ends = [...cuts, parts];
  return [0, ...cuts]
    .map((from, index): [number, number] => [from, ends[index]])
    .map((piece) => ({ piece, at: random.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ piece }) => piece);
}

type Piece = (run: Run) => void;

function runAll(steps: readonly Step[], run: Run, from: number, to: number): void {
  for (const { work } of steps) work(run, from, to);
}

/** All that a stage computes, in pieces that may come in any order. */
function piecesOf({ kind, steps }: Stage, { rows }: Run, random: Random): readonly Piece[] {
  if (kind === 'one') return [(run) => runAll(steps, run, 0, 1)];
  if (kind !== 'parts') return pieces(rows, random).map((piece) => (run) => runAll(steps, run, ...piece));
  return steps
    .flatMap((step) => pieces(step.parts as number, random).map((piece) => ({ step, piece })))
    .map((one) => ({ ...one, at: random.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(
      ({ step, piece }) =>
        (run) =>
          step.work(run, ...piece),
    );
}

it.each(LAYER_CASES)('steps of %s give the same bytes in any parts and order', (_, shape, layers) => {
  const job = jobOf(endedCase(shape, layers), shape, { optimizer: 'adam' });
  const whole = trainedMemory(job, BATCHES, (course, run) => course.run(run));
  const random = createRandom(5, 'pieces');
  let divided = 0;
  const inPieces = trainedMemory(job, BATCHES, (course, run) => {
    for (const stage of course.stages) {
      const all = piecesOf(stage, run, random);
      divided += all.length - 1;
      // Each piece finds another thread's scratch memory.
      for (const [index, piece] of all.entries())
        piece({ ...run, scratch: run.scratch + (index % 2) * ELSEWHERE });
    }
  });
  expect(inPieces).toStrictEqual(whole);
  expect(divided).toBeGreaterThan(0);
});
