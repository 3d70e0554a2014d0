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

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, at: random.uniform() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Samples in their order. */
function samplePieces(rows: number, random: Random): readonly (readonly [number, number])[] {
  return pieces(rows, random).toSorted(([a], [b]) => a - b);
}

/** Pieces of a step in parts, each of which may go through all samples or through some after others. */
function partPieces({ parts, work, sums }: Step, rows: number, random: Random): readonly Piece[] {
  return pieces(parts as number, random).map((piece) => (run) => {
    if (sums === undefined) work(run, ...piece);
    else for (const samples of samplePieces(rows, random)) sums(run, ...piece, ...samples);
  });
}

/** Samples through their steps, and through sums before or behind the last one of these. */
function piecesWithSums({ steps, sums }: Stage, { rows }: Run, random: Random): readonly Piece[] {
  const some = samplePieces(rows, random).map((piece) => ({ piece, isEarly: random.uniform() < 0.5 }));
  const through = (run: Run, of: typeof some, part: readonly Step[]): void => {
    for (const { piece } of shuffled(of, random)) runAll(part, run, ...piece);
  };
  const early = some.filter(({ isEarly }) => isEarly);
  return [
    (run) => through(run, some, steps.slice(0, -1)),
    (run) =>
      through(
        run,
        some.filter(({ isEarly }) => !isEarly),
        steps.slice(-1),
      ),
    ...sums.map((step) => (run: Run) => {
      const parts = pieces(step.parts as number, random);
      for (const { piece } of some) for (const part of parts) step.sums?.(run, ...part, ...piece);
    }),
    (run) => through(run, early, steps.slice(-1)),
  ];
}

/** All that a stage computes, in pieces that may come in any order, as far as there is one. */
function piecesOf(stage: Stage, run: Run, random: Random): readonly Piece[] {
  const { kind, steps, sums } = stage;
  if (kind === 'one') return [(given) => runAll(steps, given, 0, 1)];
  if (sums.length > 0) return piecesWithSums(stage, run, random);
  if (kind !== 'parts')
    return pieces(run.rows, random).map((piece) => (given) => runAll(steps, given, ...piece));
  return shuffled(
    steps.flatMap((step) => partPieces(step, run.rows, random)),
    random,
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
