/** Answers of a model to the latest readings, again and again. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { type Preparation, preparedShape } from '../../core/samples/preparation.ts';
import { readingsPerRow, rowsTaken, streamPlan } from '../../core/samples/streaming.ts';
import { allocate, elementCount, formatShape, type TensorData, type TensorType } from '../../core/tensor.ts';
import { createRowStream } from '../../data/streams/row-stream.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import type { Graph } from '../../ir/graph.ts';
import { type RealSignature, realSignature } from '../run/real-runner.ts';
import { toTensor } from '../run/real-tensor.ts';
import { reconstructionScorer } from './reconstruction-score.ts';

export interface Scores {
  /** Rows of readings up to here since the beginning. */
  readonly readings: number;
  /** What every output is above its zero point, in steps, or how far a reconstruction is; holds until the next answer. */
  readonly scores: Int32Array;
}

export interface Scorer {
  readonly outputs: number;
  /** Takes the row of readings at `readings[at …]`; gives scores where an answer is due. */
  push(readings: Float32Array, at: number): Scores | undefined;
  reset(): void;
}

function requireInt8({ dtype, quant }: TensorType): number {
  if (dtype === 'int8' && quant?.scheme === 'per-tensor') return quant.zeroPoint;
  throw unsupportedError(
    'stream-output',
    `The model's output is ${dtype}, and what listens decides with int8`,
    'Convert it with "tinyml convert --int8".',
  );
}

/** Rows of the ring that the model takes. */
function requireRows({ shape }: TensorType, preparation: Preparation, every: number): number {
  const rows = rowsTaken(preparation, every, elementCount(shape));
  if (rows !== undefined) return rows;
  throw inputError(
    'stream-input',
    `The model takes ${formatShape(shape)}, and readings are prepared to ${formatShape(preparedShape(preparation))}`,
    'Give the model that was trained on data prepared like this.',
  );
}

function requireFit({ shape }: TensorType, prepared: readonly number[]): void {
  if (elementCount(shape) === elementCount(prepared)) return;
  throw inputError(
    'stream-input',
    `The model gives ${formatShape(shape)}, and takes ${formatShape(prepared)}`,
    'Give the model that was trained on data prepared like this.',
  );
}

/** Rows of readings between two answers, of which `every` rows of the ring are made. */
export function readingsPerAnswer(preparation: Preparation, every: number): number {
  return every * readingsPerRow(streamPlan(preparation));
}

/** Puts the scores of an answer into `scores`. */
type ScoreAnswer = (taken: TensorData, given: TensorData, scores: Int32Array) => void;

function answerScores({ input, output }: RealSignature, threshold: number | undefined): ScoreAnswer {
  const zeroPoint = requireInt8(output);
  if (threshold === undefined) {
    return (_, given, scores) => {
      for (let i = 0; i < scores.length; i++) scores[i] = Number(given[i]) - zeroPoint;
    };
  }
  requireFit(output, input.shape);
  const score = reconstructionScorer(input, output, threshold);
  return (taken, given, scores) => scores.fill(score(taken, given));
}

/**
 * `threshold` is that of a `Decision`. Throws `stream-output` (unsupported) and `stream-input` (input) for a model that does not
 * fit.
 */
export function createScorer(
  graph: Graph,
  preparation: Preparation,
  every: number,
  threshold?: number,
): Scorer {
  const signature = realSignature(graph);
  const { input, output } = signature;
  const scoreAnswer = answerScores(signature, threshold);
  const taken = requireRows(input, preparation, every);
  const scores = new Int32Array(threshold === undefined ? elementCount(output.shape) : 1);
  const stream = createRowStream(preparation, taken);
  const ringRows = streamPlan(preparation).ring.count;
  const interpreter = createInterpreter(graph);
  const sample = new Float32Array(elementCount(input.shape));
  const staging = allocate(input.dtype, sample.length);
  let readings = 0;
  const answer = (): Scores => {
    stream.sample(sample);
    toTensor(input, sample, staging);
    const [result] = interpreter.invoke([staging]);
    scoreAnswer(staging, result, scores);
    return { readings, scores };
  };
  return {
    outputs: scores.length,
    push(rows, at) {
      readings++;
      const made = stream.push(rows, at);
      const since = stream.made - ringRows;
      if (made === 0 || since % every !== 0 || (since < 0 && taken === ringRows)) return undefined;
      // A network that takes new rows alone has to see all of them; what it says before the window is full is no answer.
      const given = answer();
      return since < 0 ? undefined : given;
    },
    reset() {
      readings = 0;
      stream.reset();
      interpreter.reset();
    },
  };
}
