/** Which part every sample belongs to. The seed decides; the order and the names of classes do not. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { createRandom } from '../../core/random.ts';
import { bucketsOf, PART, type Part, pickFacts, type SampleFacts } from './parts.ts';
import { SHARE_OUT, type ShareWay } from './share-out.ts';

export const SPLIT_WAYS = ['random', 'stratified', 'grouped', 'time', 'head'] as const;
export type SplitWay = (typeof SPLIT_WAYS)[number];

export interface SplitRequest extends SampleFacts {
  readonly seed: number;
  readonly by: SplitWay;
  /** They add up to 1. The test share is not asked for where `isTest` or `head` says what is tested. */
  readonly shares: Readonly<Record<Part, number>>;
  /** 1 for each sample that is test data already; the others are trained on and validated with. */
  readonly isTest?: ArrayLike<number> | undefined;
  /** Of `by: 'head'`: the first so many samples of every group are trained on and validated with, the rest is test data. */
  readonly head?: number | undefined;
}

function samplesWhere(count: number, holds: (sample: number) => boolean): Uint32Array {
  return Uint32Array.from({ length: count }, (_, sample) => sample).filter(holds);
}

/** The later ones of every head validate: the first rows of a recording follow from the next ones. */
function assignHeads(request: SplitRequest): Uint8Array {
  const { count, groupOf, head, shares } = request;
  if (head === undefined) {
    throw usageError(
      'no-head',
      'A split by the head of every recording needs to know how long heads are.',
      'Give "head", the number of samples.',
    );
  }
  const parts = new Uint8Array(count).fill(PART.test);
  const recordings = groupOf === undefined ? [samplesWhere(count, () => true)] : bucketsOf(count, groupOf);
  const train = shares.train / (shares.train + shares.validation);
  for (const members of recordings) {
    const length = Math.min(head, members.length);
    const end = Math.round(length * train);
    for (let i = 0; i < length; i++) parts[members[i]] = i < end ? PART.train : PART.validation;
  }
  return parts;
}

/** Divides what is no test data. */
function assignRest(request: SplitRequest, isTest: ArrayLike<number>, by: ShareWay): Uint8Array {
  const { count, shares, seed } = request;
  const rest = samplesWhere(count, (sample) => isTest[sample] === 0);
  const sum = shares.train + shares.validation;
  const random = createRandom(seed, 'split of training data');
  const own = SHARE_OUT[by](pickFacts(request, rest), [shares.train / sum, shares.validation / sum], random);
  const parts = new Uint8Array(count).fill(PART.test);
  for (const [index, sample] of rest.entries()) parts[sample] = own[index];
  return parts;
}

/** For every sample its place in `PARTS`. Errors: `too-few-groups` (input), `no-head` (usage). */
export function assignParts(request: SplitRequest): Uint8Array {
  const { by, shares, seed, isTest } = request;
  if (by === 'head') return assignHeads(request);
  if (isTest !== undefined) return assignRest(request, isTest, by);
  return SHARE_OUT[by](
    request,
    [shares.train, shares.validation, shares.test],
    createRandom(seed, 'split into parts'),
  );
}

export interface FoldRequest extends SampleFacts {
  readonly seed: number;
  readonly folds: number;
  /** Counted from 0: the one that is test data. */
  readonly fold: number;
  readonly by: ShareWay;
  /** Share of what is not tested. */
  readonly validation: number;
}

/** The fold of every sample: each is test data once. */
export function assignFolds({ folds, by, seed, ...facts }: Omit<FoldRequest, 'fold'>): Uint8Array {
  const smallest = facts.count / folds;
  if (!(folds >= 2 && folds <= 255 && smallest >= 1)) {
    throw usageError(
      'bad-folds',
      `${counted(facts.count, 'sample')} cannot be cut into ${counted(folds, 'fold')}.`,
      'Ask for 2 folds or more, up to 255, and no more than there are samples.',
    );
  }
  const shares = Array.from({ length: folds }, () => 1 / folds);
  return SHARE_OUT[by](facts, shares, createRandom(seed, 'folds'));
}

/** The parts of one turn of a cross-validation. */
export function assignFold(request: FoldRequest): Uint8Array {
  const { fold, validation } = request;
  const isTest = assignFolds(request).map((own) => (own === fold ? 1 : 0));
  const shares = { train: 1 - validation, validation, test: 0 };
  return assignParts({ ...request, shares, isTest });
}
