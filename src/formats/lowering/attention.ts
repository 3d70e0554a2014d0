/** Attention: sums of values, weighted by how well a query goes with their keys. */

import { unsupportedError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import { within } from './functions.ts';
import type { NodeWriter } from './node-writer.ts';

/** Softmax of scores along their last axis; what a mask leaves out has no part in it. */
export type Weigh<Tensor> = (writer: NodeWriter<Tensor>, part: string, scores: Tensor) => Tensor;

export function weighAll<Tensor>(writer: NodeWriter<Tensor>, part: string, scores: Tensor): Tensor {
  return writer.add('softmax', part, { beta: 1 }, [scores]);
}

/** A mask has a number for each score of one head. */
const MOST_SCORES = 1 << 22;

function requireScores(rows: number, keys: number): void {
  if (rows * keys <= MOST_SCORES) return;
  throw unsupportedError(
    'model-too-large',
    `it compares ${rows} steps with ${keys}; no microcontroller holds that.`,
  );
}

/** Far enough below any score that nothing is left of it in float32. */
const NOTHING = -1e9;

/** `isSeen` says of a query and a key whether the one looks at the other; rows of scores repeat the queries in their order. */
export function weighSeen<Tensor>(
  isSeen: (query: number, key: number) => boolean,
  queries: number,
): Weigh<Tensor> {
  return (writer, part, scores) => {
    const shape = writer.shapeOf(scores).slice(-2);
    const [rows, keys] = shape;
    requireScores(rows, keys);
    const mask = Float32Array.from({ length: rows * keys }, (_, place) =>
      isSeen(Math.floor(place / keys) % queries, place % keys) ? 0 : NOTHING,
    );
    const least = writer.constant(within(part, 'mask'), shape, mask);
    const seen = writer.add('add', within(part, 'seen'), { activation: 'none' }, [scores, least]);
    return weighAll(writer, part, seen);
  };
}

/** How the channels of queries, keys and values are cut: as many heads of queries as `groups · queriesOfGroup`. */
export interface Heads {
  /** Heads of keys and of values. */
  readonly groups: number;
  readonly queriesOfGroup: number;
  readonly keySize: number;
  readonly valueSize: number;
}

interface Attended<Tensor> {
  /** [1, queries, heads · keySize], multiplied with what keeps the scores small. */
  readonly query: Tensor;
  /** [1, keys, groups · keySize]. */
  readonly key: Tensor;
  /** [1, keys, groups · valueSize]. */
  readonly value: Tensor;
}

/** [1, steps, heads · size] as [1, groups, heads of a group · steps, size]; with one head as it is. */
function byGroup<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  input: Tensor,
  [groups, ofGroup, size]: readonly [number, number, number],
): Tensor {
  const [, steps] = writer.shapeOf(input);
  if (groups === 1 && ofGroup === 1) return input;
  const [cut, permutation]: readonly [Shape, readonly number[]] =
    ofGroup === 1
      ? [
          [1, steps, groups, size],
          [0, 2, 1, 3],
        ]
      : [
          [1, steps, groups, ofGroup, size],
          [0, 2, 3, 1, 4],
        ];
  const heads = writer.add('reshape', `${part}/heads`, { newShape: cut }, [input]);
  const ordered = writer.add('transpose', `${part}/axes`, { permutation }, [heads]);
  if (ofGroup === 1) return ordered;
  return writer.add('reshape', `${part}/groups`, { newShape: [1, groups, ofGroup * steps, size] }, [ordered]);
}

/** The way back: [1, steps, heads · size]. */
function byStep<Tensor>(
  writer: NodeWriter<Tensor>,
  part: string,
  input: Tensor,
  [groups, ofGroup, size]: readonly [number, number, number],
): Tensor {
  if (groups === 1 && ofGroup === 1) return input;
  const steps = (writer.shapeOf(input)[2] as number) / ofGroup;
  const apart =
    ofGroup === 1
      ? input
      : writer.add('reshape', `${part}/apart`, { newShape: [1, groups, ofGroup, steps, size] }, [input]);
  const permutation = ofGroup === 1 ? [0, 2, 1, 3] : [0, 3, 1, 2, 4];
  const ordered = writer.add('transpose', `${part}/axes`, { permutation }, [apart]);
  const newShape = [1, steps, groups * ofGroup * size];
  return writer.add('reshape', part, { newShape }, [ordered]);
}

/** [1, queries, heads · valueSize]. Queries of one group are rows of one product, so that no key is repeated. */
export function attention<Tensor>(
  writer: NodeWriter<Tensor>,
  { query, key, value }: Attended<Tensor>,
  { groups, queriesOfGroup, keySize, valueSize }: Heads,
  weigh: Weigh<Tensor>,
): Tensor {
  const queries = byGroup(writer, 'queries', query, [groups, queriesOfGroup, keySize]);
  const keys = byGroup(writer, 'keys', key, [groups, 1, keySize]);
  const values = byGroup(writer, 'values', value, [groups, 1, valueSize]);
  const scores = writer.add('batch_matmul', 'scores', { adjX: false, adjY: true }, [queries, keys]);
  const weights = weigh(writer, 'weights', scores);
  const sums = writer.add('batch_matmul', 'sums', { adjX: false, adjY: false }, [weights, values]);
  return byStep(writer, 'attended', sums, [groups, queriesOfGroup, valueSize]);
}
