/** The outputs of a project with several, and what is one's of numbers that are all outputs'. */

import type { Artifact } from '../../artifacts/store.ts';
import { elementCount } from '../../core/tensor.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import type { DescribedOutput } from '../dataset/description.ts';
import { readDescription } from '../dataset-reader.ts';

export interface ProjectOutput extends DescribedOutput {
  /** Where its numbers begin in a target, and among those of all outputs. */
  readonly from: number;
}

/** In the order of the model's; undefined for a project of one. */
export function readOutputs(dataset: Artifact): readonly ProjectOutput[] | undefined {
  let from = 0;
  return readDescription(dataset)?.outputs?.map((output) => {
    const own = { ...output, from };
    from += output.size;
    return own;
  });
}

/** By the names of several outputs: the classes between which some decide. */
export function readOutputClasses(
  dataset: Artifact,
): Readonly<Record<string, readonly string[]>> | undefined {
  const deciding = readOutputs(dataset)?.flatMap(({ name, classes }) =>
    classes === undefined ? [] : [[name, classes] as const],
  );
  return deciding === undefined || deciding.length === 0 ? undefined : Object.fromEntries(deciding);
}

/** The numbers of one output of records `[count, numbers of all]`. */
export function numbersOf(
  { from, size }: Pick<ProjectOutput, 'from' | 'size'>,
  { shape: [count, ...rest], data }: FloatArray,
): FloatArray {
  const all = elementCount(rest);
  const own = new Float32Array(count * size);
  for (let record = 0; record < count; record++)
    own.set(data.subarray(record * all + from, record * all + from + size), record * size);
  return { shape: [count, size], data: own };
}
