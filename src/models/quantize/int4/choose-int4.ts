/** Which weights get 4 bits: named ones, or those that a budget allows, each choice really quantized and measured. */

import { unsupportedError, usageError } from '../../../core/errors.ts';
import type { Graph } from '../../../ir/graph.ts';
import type { WorkContext } from '../../run/spread/spread-records.ts';
import { type Candidate, int4Candidates, weightBytes } from './candidates.ts';
import type { Int4Wish } from './int4-wish.ts';
import { type Int8Source, Judge, type MeasuredLoss, type Trial, worst } from './judge.ts';
import { noiseAlone } from './noise-alone.ts';
import { paretoFront, type Selection } from './pareto-front.ts';

/** What became of it. */
export interface Int4Outcome {
  readonly graph: Graph;
  /** The graph with 8 bits everywhere, to compare with. */
  readonly int8: Graph;
  readonly layers: readonly string[];
  /** Of all weights, as they are and as int8 has them; without scales and biases. */
  readonly weightBytes: number;
  readonly int8WeightBytes: number;
  readonly loss: MeasuredLoss;
}

/** Selections among which a budget is looked for: more are nearer to each other than what noise says of them. */
const MOST_TRIED = 48;

const list = (candidates: readonly Candidate[]): string => candidates.map(({ name }) => name).join(', ');

function checkNames(names: readonly string[], candidates: readonly Candidate[]): void {
  const unknown = names.find((name) => !candidates.some((candidate) => candidate.name === name));
  if (unknown === undefined) return;
  throw usageError(
    'no-int4-layer',
    `No layer with weights that 4 bits could hold is called ${JSON.stringify(unknown)}`,
    `Those are ${list(candidates)}.`,
  );
}

/** Rounded up, so that a budget of that size can be kept. */
function ceiling(value: number, digits: number): string {
  return (Math.ceil(value * 10 ** digits) / 10 ** digits).toFixed(digits);
}

/** The first selection of the front that saves enough. */
function ofShare(front: readonly Selection[], share: number, bytes: number): readonly string[] {
  const found = front.find(({ saved }) => bytes - saved <= share * bytes);
  if (found !== undefined) return found.names;
  const least = ceiling((bytes - (front.at(-1)?.saved ?? 0)) / bytes, 3);
  throw unsupportedError(
    'budget-too-small',
    `The weights cannot get ${share}x of the bytes that int8 has: with 4 bits wherever TensorFlow Lite Micro takes them they have ${least}x`,
    `Give --weights-budget ${least}x or more.`,
  );
}

function thinned(front: readonly Selection[]): readonly Selection[] {
  const stride = Math.max(1, (front.length - 1) / (MOST_TRIED - 1));
  const count = Math.min(front.length, MOST_TRIED);
  return Array.from({ length: count }, (_, i) => front[Math.round(i * stride)]);
}

/** Trials at most: each quantizes the graph three times. */
const MOST_TRIALS = 6;

/** That 4-bit weights make a graph so many times as noisy as int8 does, less what int8 does. */
const added = (decibels: number): number => 10 ** (decibels / 10) - 1;

/** The last between `low` and `high`, both exclusive, with at most so much noise, or the one next to `low`. */
function lastBelow(front: readonly Selection[], low: number, high: number, noise: number): number {
  const found = front.findLastIndex((one, index) => index < high && one.noise <= noise);
  return Math.max(low + 1, found);
}

/**
 * The last selection that keeps the budget, or the one that came nearest to keeping it. The sum of what layers do alone says where
 * to look, corrected by how much more or less was measured each time.
 */
async function ofLoss(judge: Judge, front: readonly Selection[], decibels: number): Promise<Trial> {
  const some = thinned(front.slice(1));
  const int8Noise = judge.sides.reduce((sum, side) => sum + side.noise, 0);
  let [low, high] = [-1, some.length];
  let best: Trial | undefined;
  let nearest: Trial | undefined;
  let correction = 1;
  for (let tried = 0; tried < MOST_TRIALS && low + 1 < high; tried++) {
    // The last trials are for the first selection, where nothing else would do.
    const isLast = tried === MOST_TRIALS - 1 && best === undefined;
    const most = (int8Noise * added(decibels)) / correction;
    // Where what is foretold misleads, every second trial halves what is left.
    const foretold = tried % 2 === 0 ? lastBelow(some, low, high, most) : Math.floor((low + high) / 2);
    const probe = isLast ? 0 : foretold;
    const trial = await judge.try(some[probe].names, decibels);
    const loss = worst(trial.loss);
    correction = (Math.max(0.01, added(loss)) * int8Noise) / some[probe].noise;
    if (loss <= decibels) {
      best = trial;
      low = probe;
    } else {
      if (nearest === undefined || loss < worst(nearest.loss)) nearest = trial;
      high = probe;
    }
  }
  // It may have been broken off before held-out records were asked.
  return best ?? (await judge.try((nearest as Trial).names));
}

async function trialOf(judge: Judge, wish: Int4Wish, int8: Graph, context: WorkContext): Promise<Trial> {
  const candidates = int4Candidates(int8);
  if (wish.by === 'names') {
    checkNames(wish.names, candidates);
    return await judge.try(candidates.map(({ name }) => name).filter((name) => wish.names.includes(name)));
  }
  const safe = candidates.filter(({ saved, isDoubtful }) => saved > 0 && !isDoubtful);
  const front = paretoFront(await noiseAlone(judge.sides, safe, context));
  const { budget } = wish;
  if (budget.kind === 'share') return await judge.try(ofShare(front, budget.share, weightBytes(int8)));
  if (front.length === 1) {
    throw unsupportedError(
      'no-int4-layer',
      'No layer of the model has weights that 4 bits could hold',
      'Leave --weights-budget out.',
    );
  }
  const found = await ofLoss(judge, front, budget.decibels);
  const loss = worst(found.loss);
  if (loss <= budget.decibels) return found;
  throw unsupportedError(
    'budget-too-small',
    `4-bit weights of no layer keep a budget of ${budget.decibels} dB: those of ${found.names.join(', ')} lose ${ceiling(loss, 1)} dB`,
    `Give --weights-budget ${ceiling(loss, 1)}dB or more, or leave it out.`,
  );
}

/**
 * Throws usage errors for names that no such layer has, `unsupported` ones for a budget that cannot be kept. The same
 * records, methods and wish give the same bytes.
 */
export async function chooseInt4(
  source: Int8Source,
  wish: Int4Wish,
  context: WorkContext,
): Promise<Int4Outcome> {
  context.report?.step('4-bit weights');
  const { int8 } = source;
  const { names, graph, loss } = await trialOf(await Judge.of(source, context), wish, int8, context);
  const int8WeightBytes = weightBytes(int8);
  const saved = int4Candidates(int8).reduce(
    (sum, candidate) => sum + (names.includes(candidate.name) ? candidate.saved : 0),
    0,
  );
  return { graph, int8, layers: names, weightBytes: int8WeightBytes - saved, int8WeightBytes, loss };
}
