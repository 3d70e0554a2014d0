/** What is computed of blocks of records, here or in another thread: functions of the graph and the block alone. */

import { bytesOf, tensorAt, tensorBytes } from '../../../core/tensor.ts';
import { createInterpreter, type InterpreterOptions } from '../../../interpreter/interpreter.ts';
import type { Graph } from '../../../ir/graph.ts';
import { modelEnds } from '../model-ends.ts';
import { createRealRunner } from '../real-runner.ts';
import { recordElements } from '../record-inputs.ts';
import { createTallyRunner, type Tallies } from '../tally.ts';

/** The result of one block, by the kind of work. */
export interface WorkResults {
  /** float32 records in, the real numbers of the outputs. */
  readonly real: Float32Array;
  /** The bytes of all input tensors in, those of all output tensors, record after record. */
  readonly raw: Uint8Array;
  /** float32 records in. */
  readonly tally: Tallies;
}

/** What is wanted of the records: outputs as numbers, outputs as bytes, or the ranges of all values. */
export type WorkKind = keyof WorkResults;

/** What a thread is started for: plain data, which `postMessage` can carry. */
export interface Job<Kind extends WorkKind = WorkKind> {
  readonly kind: Kind;
  readonly graph: Graph;
  /** Every record finds the states as a reset leaves them; without it, as the record before it left them. */
  readonly resets?: boolean;
  /** Of ranges: how many records there are in all. Without it, extremes are kept as finely as blocks are small. */
  readonly count?: number;
  /** Of ranges: how many records are one sequence, before which states are reset. */
  readonly sequence?: number;
  /** Of ranges: the order of float32 sums. */
  readonly sums?: InterpreterOptions['sums'];
}

/** Works on the first `rows` records of a block; the result holds until the next call. */
export type Work<Kind extends WorkKind> = (block: ArrayBuffer, rows: number) => WorkResults[Kind];

function realWork({ graph, resets }: Job): Work<'real'> {
  const run = createRealRunner(graph, resets);
  const outputLength = recordElements(modelEnds(graph).outputs);
  let results = new Float32Array(0);
  return (block, rows) => {
    const length = rows * outputLength;
    if (results.length < length) results = new Float32Array(length);
    run(new Float32Array(block), rows, results);
    return results.subarray(0, length);
  };
}

function rawWork({ graph, resets = false }: Job): Work<'raw'> {
  const interpreter = createInterpreter(graph);
  const inputs = interpreter.inputs.map((type) => tensorAt(type, new ArrayBuffer(tensorBytes(type)), 0));
  const resultBytes = interpreter.outputs.reduce((sum, type) => sum + tensorBytes(type), 0);
  let results = new Uint8Array(0);
  return (block, rows) => {
    if (results.length < rows * resultBytes) results = new Uint8Array(rows * resultBytes);
    let read = 0;
    let written = 0;
    for (let row = 0; row < rows; row++) {
      if (resets) interpreter.reset();
      for (const input of inputs) {
        bytesOf(input).set(new Uint8Array(block, read, input.byteLength));
        read += input.byteLength;
      }
      for (const output of interpreter.invoke(inputs)) {
        results.set(bytesOf(output), written);
        written += output.byteLength;
      }
    }
    return results.subarray(0, written);
  };
}

function tallyWork({ graph, count = 1, sums = 'tflm', sequence = Infinity }: Job): Work<'tally'> {
  const run = createTallyRunner(graph, count, { sums, sequence });
  return (block, rows) => run(new Float32Array(block), rows);
}

const WORK: { readonly [Kind in WorkKind]: (job: Job) => Work<Kind> } = {
  real: realWork,
  raw: rawWork,
  tally: tallyWork,
};

/** The work of a job, for a thread to create once and to call with each of its blocks. */
export function createWork<Kind extends WorkKind>(job: Job<Kind>): Work<Kind> {
  return WORK[job.kind](job);
}
