/** A model that answers samples, in the interpreter: float32 or integers, as the chip would. */

import { elementCount } from '../../../core/tensor.ts';
import { createInterpreter } from '../../../interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
import { dropUnreachable } from '../../../ir/rewrite.ts';
import { floatIo } from '../../../passes/ends/float-io.ts';
import type { SampleRows } from '../../samples/sample-rows.ts';

/** Values of some places in the teacher, one after another: [rows, ...values], of one array for each place. */
export interface Answers {
  /** Until the next call. */
  of(inputs: Float32Array, rows: number): readonly Float32Array[];
}

type Answer = (sample: Float32Array) => readonly Float32Array[];

/** Asks the graph for values on its way; those of integers come as the numbers that they stand for. */
function createTeacher(graph: Graph, values: readonly ValueId[]): Answer {
  const interpreter = createInterpreter(floatIo.run(dropUnreachable({ ...graph, outputs: values })));
  return (sample) => {
    interpreter.reset();
    return interpreter.invoke([sample]) as readonly Float32Array[];
  };
}

/** More would weigh on memory more than the teacher does on time. */
const MOST_KEPT = 2 ** 26;

/** FNV-1a over the bits of all numbers. */
function hashOf(sample: Float32Array): number {
  const bits = new Uint32Array(sample.buffer, sample.byteOffset, sample.length);
  let hash = 0x811c9dc5;
  for (let i = 0; i < bits.length; i++) hash = Math.imul(hash ^ bits[i], 0x01000193);
  return hash >>> 0;
}

function areEqual(a: Float32Array, b: Float32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Which row of the samples one is; none where it is none of them. Equal rows are one. */
function createFinder(samples: SampleRows): (sample: Float32Array) => number | undefined {
  const row = new Float32Array(elementCount(samples.shape));
  const places = new Map<number, number[]>();
  for (let index = 0; index < samples.count; index++) {
    samples.read(index, 1, row);
    const hash = hashOf(row);
    const known = places.get(hash);
    if (known === undefined) places.set(hash, [index]);
    else known.push(index);
  }
  return (sample) =>
    places.get(hashOf(sample))?.find((index) => {
      samples.read(index, 1, row);
      return areEqual(row, sample);
    });
}

/** Remembers what the teacher said of each of the samples. */
function remembering(answer: Answer, samples: SampleRows, sizes: readonly number[]): Answer {
  const find = createFinder(samples);
  const kept = sizes.map((size) => new Float32Array(samples.count * size));
  const isKnown = new Uint8Array(samples.count);
  return (sample) => {
    const index = find(sample);
    if (index === undefined) return answer(sample);
    const places = kept.map((all, place) => all.subarray(index * sizes[place], (index + 1) * sizes[place]));
    if (isKnown[index] === 0) {
      for (const [place, values] of answer(sample).entries()) places[place].set(values);
      isKnown[index] = 1;
    }
    return places;
  };
}

/** Answers batches; of samples that come again and again, `known`, each once. */
export function createAnswers(
  graph: Graph,
  values: readonly ValueId[],
  known: readonly SampleRows[] = [],
): Answers {
  const sizes = values.map((id) => elementCount(getValue(graph, id).type.shape));
  const perSample = sizes.reduce((sum, size) => sum + size, 0);
  const answer = known
    .filter(({ count }) => count * perSample <= MOST_KEPT)
    .reduce((ask, samples) => remembering(ask, samples, sizes), createTeacher(graph, values));
  let buffers: readonly Float32Array[] = [];
  return {
    of(inputs, rows) {
      if (buffers.length === 0 || buffers[0].length < rows * sizes[0]) {
        buffers = sizes.map((size) => new Float32Array(rows * size));
      }
      const size = inputs.length / rows;
      for (let row = 0; row < rows; row++) {
        const values = answer(inputs.subarray(row * size, (row + 1) * size));
        for (let place = 0; place < values.length; place++)
          buffers[place].set(values[place], row * sizes[place]);
      }
      return buffers.map((buffer, place) => buffer.subarray(0, rows * sizes[place]));
    },
  };
}
