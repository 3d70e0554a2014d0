/** Sequences as the steps that they consist of. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { formatShape } from '../../core/tensor.ts';
import { hasSameAxes, type RecordSource, recordLengthOf } from './records.ts';

/**
 * A record for every step of `depth` values, the steps of a sequence one after another. Records of one step, and what does not
 * consist of such steps, stay as they are. Throws `record-axes` (usage) for sequences whose steps are not their first axis.
 */
export function stepRecords(source: RecordSource, depth: number): RecordSource {
  const length = recordLengthOf(source);
  const steps = length / depth;
  if (!Number.isInteger(steps) || steps === 1) return source;
  if (!hasSameAxes(source.shape, [steps, depth])) {
    throw usageError(
      'record-axes',
      `The samples have the shape ${formatShape(source.shape)}, which is no sequence of steps of ${counted(depth, 'value')}`,
      `Put the steps in front: [sequences, steps, ${depth}].`,
    );
  }
  let staging = new Float32Array(0);
  return {
    count: source.count * steps,
    shape: [1, depth],
    sequence: steps,
    read(start, rows, into) {
      if (rows === 0) return;
      const first = Math.floor(start / steps);
      const sequences = Math.ceil((start + rows) / steps) - first;
      if (staging.length < sequences * length) staging = new Float32Array(sequences * length);
      source.read(first, sequences, staging);
      const from = (start - first * steps) * depth;
      into.set(staging.subarray(from, from + rows * depth));
    },
    close: () => source.close(),
  };
}
