/** Models run on records, block by block: real numbers, or raw bytes exactly as the device sees them. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { elementCount, tensorBytes } from '../../core/tensor.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { checkRecordAxes, type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { modelEnds } from './model-ends.ts';
import { checkRecordLength, recordShape, requireOneOutput } from './real-runner.ts';
import { recordElements, recordSplitter } from './record-inputs.ts';
import { byteBlocks, floatBlocks } from './spread/blocks.ts';
import { spreadRecords, type WorkContext } from './spread/spread-records.ts';

/** Takes the results of one block, which hold until it returns; no more are made while its promise is pending. */
type TakeResults<Data> = (results: Data) => void | Promise<void>;

/** How a model that keeps a state runs. */
export interface RunOptions {
  /** Anew for every record; without it, on from one record to the next, as on a chip that never calls `Reset`. */
  readonly resets?: boolean;
}

/**
 * Real numbers; `take` gets the results of one block after another. Records of several inputs, and results of several outputs,
 * have the values of all of them, one end after another (`joinedInputs`, `recordSplitter`).
 */
export async function predictReal(
  graph: Graph,
  records: RecordSource,
  context: WorkContext,
  take: TakeResults<Float32Array>,
  { resets = false }: RunOptions = {},
): Promise<void> {
  const ends = modelEnds(graph);
  if (records.count === 0) return;
  checkRecordLength(ends, recordLengthOf(records));
  if (ends.inputs.length === 1) checkRecordAxes(records.shape, ends.inputs[0].shape);
  await spreadRecords({ kind: 'real', graph, resets }, floatBlocks(records), context, take);
}

/** All results of each output, in the order of the graph's; axis 0 counts the records. */
export async function predictEach(
  graph: Graph,
  records: RecordSource,
  context: WorkContext = {},
  options: RunOptions = {},
): Promise<readonly FloatArray[]> {
  const { outputs } = modelEnds(graph);
  const results = outputs.map((type) => ({
    shape: [records.count, ...recordShape(type)],
    data: new Float32Array(records.count * elementCount(type.shape)),
  }));
  const split = recordSplitter(outputs);
  const length = recordElements(outputs);
  let row = 0;
  const take = (block: Float32Array): void => {
    for (let start = 0; start < block.length; start += length, row++) {
      const parts = split(block.subarray(start, start + length));
      for (const [index, part] of parts.entries()) results[index].data.set(part, row * part.length);
    }
  };
  await predictReal(graph, records, context, take, options);
  return results;
}

/** The results of all outputs of each record, one output after another; of a model with one as `predictAll`. */
export async function predictJoined(
  graph: Graph,
  records: RecordSource,
  context: WorkContext = {},
): Promise<FloatArray> {
  const { outputs } = modelEnds(graph);
  if (outputs.length === 1) return predictAll(graph, records, context);
  const length = recordElements(outputs);
  const results = { shape: [records.count, length], data: new Float32Array(records.count * length) };
  let at = 0;
  await predictReal(graph, records, context, (block) => {
    results.data.set(block, at);
    at += block.length;
  });
  return results;
}

/** All results of a model with one output. Throws `one-tensor` (unsupported) for others. */
export async function predictAll(
  graph: Graph,
  records: RecordSource,
  context: WorkContext = {},
): Promise<FloatArray> {
  requireOneOutput(graph);
  const [results] = await predictEach(graph, records, context);
  return results;
}

/**
 * Records one after another without a header: the little-endian bytes of every input tensor in the order of the
 * model's inputs. The results are the output tensors in the same way.
 */
export async function predictRaw(
  graph: Graph,
  records: RandomAccessBytes,
  context: WorkContext,
  take: TakeResults<Uint8Array>,
  { resets = false }: RunOptions = {},
): Promise<void> {
  const bytesOfAll = (ids: readonly ValueId[]): number =>
    ids.reduce((sum, id) => sum + tensorBytes(getValue(graph, id).type), 0);
  const recordBytes = bytesOfAll(graph.inputs);
  if (records.length % recordBytes !== 0) {
    throw inputError(
      'record-size',
      `The raw input has ${counted(records.length, 'byte')}, which is no multiple of the ${counted(recordBytes, 'byte')} of one record`,
      'A record is the bytes of all input tensors one after another; see "tinyml inspect".',
    );
  }
  await spreadRecords({ kind: 'raw', graph, resets }, byteBlocks(records, recordBytes), context, take);
}
