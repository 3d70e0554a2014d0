/** A model that listens all the time, as the chip does it: readings in, answers and what begins to be heard out. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { Decision } from '../../core/samples/decision.ts';
import { type Preparation, preparedShape } from '../../core/samples/preparation.ts';
import { readingsPerRow, streamPlan } from '../../core/samples/streaming.ts';
import { allocate, elementCount, formatShape, type TensorType } from '../../core/tensor.ts';
import { createDecider, type Verdict } from '../../data/streams/decider.ts';
import { createRowStream } from '../../data/streams/row-stream.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import type { Graph } from '../../ir/graph.ts';
import { realSignature, toTensor } from '../run/real-runner.ts';

/** How a chip listens. */
export interface Listening {
  /** Rows of the ring from one answer to the next; the first answer comes when the ring is full. */
  readonly every: number;
  readonly decision: Decision;
}

export interface Answer extends Verdict {
  /** Rows of readings up to here since the beginning. */
  readonly readings: number;
  /** Of every output; holds until the next answer. */
  readonly scores: Int32Array;
}

export interface Listener {
  /** Takes the row of readings at `readings[at …]`; gives an answer where one is due. */
  push(readings: Float32Array, at: number): Answer | undefined;
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

function requireFit({ shape }: TensorType, prepared: readonly number[]): void {
  if (elementCount(shape) === elementCount(prepared)) return;
  throw inputError(
    'stream-input',
    `The model takes ${formatShape(shape)}, and readings are prepared to ${formatShape(prepared)}`,
    'Give the model that was trained on data prepared like this.',
  );
}

function requireDecision({ on, off }: Decision, outputs: number): void {
  if (on.length === outputs && off.length === outputs) return;
  throw inputError(
    'stream-classes',
    `What is to be heard is said of ${on.length} outputs, and the model has ${outputs}`,
    'Make the settings again with "tinyml run".',
  );
}

/** Rows of readings between two answers. */
export function readingsPerAnswer(preparation: Preparation, { every }: Listening): number {
  return every * readingsPerRow(streamPlan(preparation));
}

/** Throws `stream-output` (unsupported), `stream-input` and `stream-classes` (input) for a model that does not fit. */
export function createListener(graph: Graph, preparation: Preparation, listening: Listening): Listener {
  const { input, output } = realSignature(graph);
  const zeroPoint = requireInt8(output);
  requireFit(input, preparedShape(preparation));
  const scores = new Int32Array(elementCount(output.shape));
  requireDecision(listening.decision, scores.length);
  const stream = createRowStream(preparation);
  const ringRows = streamPlan(preparation).ring.count;
  const decider = createDecider(listening.decision);
  const interpreter = createInterpreter(graph);
  const sample = new Float32Array(elementCount(input.shape));
  const staging = allocate(input.dtype, sample.length);
  let readings = 0;
  const answer = (): Answer => {
    stream.sample(sample);
    toTensor(input, sample, staging);
    const [result] = interpreter.invoke([staging]);
    for (let i = 0; i < scores.length; i++) scores[i] = Number(result[i]) - zeroPoint;
    return { readings, scores, ...decider.decide(scores) };
  };
  return {
    push(rows, at) {
      readings++;
      const made = stream.push(rows, at);
      const since = stream.made - ringRows;
      return made > 0 && since >= 0 && since % listening.every === 0 ? answer() : undefined;
    },
    reset() {
      readings = 0;
      stream.reset();
      decider.reset();
      interpreter.reset();
    },
  };
}
