/** A preparation as a stream of readings meets it: the same steps, each row of them made once. */

import { elementCount, type Shape } from '../tensor.ts';
import {
  isByRows,
  type Preparation,
  preparationShapes,
  preparedShape,
  type RowReach,
  type RowTransform,
  rowReach,
  rowsOf,
  type Transform,
} from './preparation.ts';

/** A step that is done as rows come. */
export interface StreamedStep {
  readonly transform: RowTransform;
  /** Of a sample before the step. */
  readonly shape: Shape;
  readonly reach: RowReach;
  /** Values of a row before and after. */
  readonly before: number;
  readonly after: number;
}

/** A step that is done at every answer. */
export interface RemainingStep {
  readonly transform: Transform;
  /** Of a sample before the step. */
  readonly shape: Shape;
}

/** What makes one row of several is done at every answer: as a stream it would wait for as many readings to come anew. */
function isDoneAtAnswers(transform: Transform, before: Shape, after: Shape): boolean {
  return !isByRows(transform) || (rowsOf(after).count === 1 && rowsOf(before).count > 1);
}

/**
 * A row of readings goes through the streamed steps, of which each hands on a row wherever it has the rows for one. What comes out
 * of the last one is kept in a ring that holds the rows of a sample, the latest ones; an answer takes them, the oldest first,
 * through the remaining steps, and asks the model. Filters remember what was before the sample; all else makes the very
 * numbers that a file makes whose readings begin where a row begins.
 */
export interface StreamPlan {
  readonly streamed: readonly StreamedStep[];
  readonly remaining: readonly RemainingStep[];
  /** Rows of the ring and values of each. */
  readonly ring: { readonly count: number; readonly width: number };
}

export function streamPlan(preparation: Preparation): StreamPlan {
  const shapes = preparationShapes(preparation);
  const { steps } = preparation;
  const first = steps.findIndex((transform, i) => isDoneAtAnswers(transform, shapes[i], shapes[i + 1]));
  const end = first < 0 ? steps.length : first;
  return {
    streamed: steps
      .slice(0, end)
      .filter(isByRows)
      .map((transform, index) => ({
        transform,
        shape: shapes[index],
        reach: rowReach(transform),
        before: rowsOf(shapes[index]).width,
        after: rowsOf(shapes[index + 1]).width,
      })),
    remaining: steps.slice(end).map((transform, index) => ({ transform, shape: shapes[end + index] })),
    ring: rowsOf(shapes[end]),
  };
}

/** Rows of readings from one row of the ring to the next. */
export function readingsPerRow({ streamed }: StreamPlan): number {
  return streamed.reduce((product, { reach }) => product * reach.hop, 1);
}

/**
 * How often a network is asked that takes `taken` rows of the ring before it has seen a sample: never, where it takes a whole one.
 * What it says then is no answer.
 */
export function inferencesBeforeAnswers(
  { ring: { count } }: StreamPlan,
  every: number,
  taken: number,
): number {
  return taken === count ? 0 : Math.ceil(count / every) - 1;
}

/**
 * How many rows of the ring a network takes whose input has so many elements: those of a sample, or the `every` new ones of an
 * answer, where nothing is done to a sample as a whole and the network keeps what it needs of earlier rows. Undefined for any other.
 */
export function rowsTaken(preparation: Preparation, every: number, elements: number): number | undefined {
  const { ring, remaining } = streamPlan(preparation);
  if (elements === elementCount(preparedShape(preparation))) return ring.count;
  return remaining.length === 0 && elements === every * ring.width && every < ring.count ? every : undefined;
}
