import { createRandom } from '../../src/core/random.ts';
import { elementCount } from '../../src/core/tensor.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import type { StandaloneRecord } from './run-standalone.ts';

const RECORDS = 3;

/** Three of int8 at random; a stream has always the same. */
export function randomRecords(graph: Graph, stream: string): StandaloneRecord[] {
  const random = createRandom(7, stream);
  const element = (): number => random.below(256) - 128;
  return Array.from({ length: RECORDS }, () =>
    graph.inputs.map((id) =>
      Int8Array.from({ length: elementCount(getValue(graph, id).type.shape) }, element),
    ),
  );
}
