/** Models run on records, block by block: real numbers, or raw bytes exactly as the device sees them. */

import { inputError } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { elementCount, tensorBytes } from '../../core/tensor.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { checkRecordAxes, type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { checkRecordLength, realSignature } from './real-runner.ts';
import { byteBlocks, floatBlocks } from './spread/blocks.ts';
import { spreadRecords, type WorkContext } from './spread/spread-records.ts';

/** Takes the results of one block, which hold until it returns; no more are made while its promise is pending. */
type TakeResults<Data> = (results: Data) => void | Promise<void>;

/** How a model that keeps a state runs. */
export interface RunOptions {
  /** Anew for every record; without it, on from one record to the next, as on a chip that never calls `Reset`. */
  readonly resets?: boolean;
}

/** Real numbers; `take` gets the results of one block after another. */
export async function predictReal(
  graph: Graph,
  records: RecordSource,
  context: WorkContext,
  take: TakeResults<Float32Array>,
  { resets = false }: RunOptions = {},
): Promise<void> {
  const signature = realSignature(graph);
  if (records.count === 0) return;
  checkRecordLength(signature, recordLengthOf(records));
  checkRecordAxes(records.shape, signature.input.shape);
  await spreadRecords({ kind: 'real', graph, resets }, floatBlocks(records), context, take);
}

/** All results in one array; axis 0 counts the records. */
export async function predictAll(
  graph: Graph,
  records: RecordSource,
  context: WorkContext = {},
): Promise<FloatArray> {
  const shape = [records.count, ...realSignature(graph).outputShape];
  const data = new Float32Array(elementCount(shape));
  let filled = 0;
  await predictReal(graph, records, context, (results) => {
    data.set(results, filled);
    filled += results.length;
  });
  return { shape, data };
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
      `The raw input has ${records.length} bytes, which is no multiple of the ${recordBytes} bytes of one record`,
      'A record is the bytes of all input tensors one after another; see "tinyml inspect".',
    );
  }
  await spreadRecords({ kind: 'raw', graph, resets }, byteBlocks(records, recordBytes), context, take);
}
