/** A long recording of which is known what is to be heard in it, and the model's scores along it. */

import type { Preparation } from '../../core/samples/preparation.ts';
import type { Graph } from '../../ir/graph.ts';
import { createScorer } from './scorer.ts';

/** Readings in which a class is to be heard, or nothing is. */
export interface Stretch {
  /** Rows of readings before it. */
  readonly start: number;
  readonly rows: number;
  /** The output that stands for its class; undefined for what is not to be heard. */
  readonly output: number | undefined;
}

export interface Replay {
  /** Rows of readings. */
  readonly rows: number;
  /** Values of a row. */
  readonly width: number;
  /** In order; together they are all rows. */
  readonly stretches: readonly Stretch[];
  /** Copies rows into `into`. */
  read(start: number, rows: number, into: Float32Array): void;
}

/** All answers along a recording. */
export interface ScoreTrack {
  readonly outputs: number;
  /** Of each answer: rows of readings up to it. */
  readonly readings: readonly number[];
  /** Of each answer `outputs` scores. */
  readonly scores: readonly Int32Array[];
}

const BLOCK_ROWS = 4096;

/** `onRows` is told how many rows have been heard, now and then; it may throw to stop. `threshold` is that of a `Decision`. */
export function scoreTrack(
  graph: Graph,
  preparation: Preparation,
  every: number,
  { rows, width, read }: Pick<Replay, 'rows' | 'width' | 'read'>,
  onRows: (heard: number) => void = () => undefined,
  threshold?: number,
): ScoreTrack {
  const scorer = createScorer(graph, preparation, every, threshold);
  const block = new Float32Array(BLOCK_ROWS * width);
  const readings: number[] = [];
  const scores: Int32Array[] = [];
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - start);
    read(start, count, block);
    for (let row = 0; row < count; row++) {
      const answer = scorer.push(block, row * width);
      if (answer === undefined) continue;
      readings.push(answer.readings);
      scores.push(answer.scores.slice());
    }
    onRows(start + count);
  }
  return { outputs: scorer.outputs, readings, scores };
}
