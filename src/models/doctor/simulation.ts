/**
 * What the noise of single causes would be: a float32 graph in which some constants are those of its int8 form, and some
 * activations are rounded to their steps while it runs. Where all are, it is int8 but for the rounding inside of kernels.
 */

import { interruptedError } from '../../core/errors.ts';
import { nextTurn } from '../../core/next-turn.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type RecordSource, recordLengthOf } from '../../data/records/records.ts';
import { createInterpreter } from '../../interpreter/interpreter.ts';
import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { squaredDistance } from '../quantize/int8-noise.ts';
import { settler } from '../quantize/judged-values.ts';
import { recordSplitter } from '../run/record-inputs.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import type { Noise } from './decibels.ts';
import { withConstantsOf } from './node-pairs.ts';

/** The steps of an activation, each in so many parts: 1 for int8, 256 for int16 over the same range. */
export interface Rounding {
  readonly quant: PerTensorQuant;
  readonly parts: number;
}

/** What is rounded. */
export interface Cause {
  /** Operators of the float32 graph with those of int8 graphs whose constants they get. */
  readonly constants: readonly { readonly int8: Graph; readonly pairs: ReadonlyMap<Node, Node> }[];
  readonly activations: ReadonlyMap<ValueId, Rounding>;
}

function round(data: Float32Array, { quant: { scale, zeroPoint }, parts }: Rounding): void {
  const low = scale * (-128 - zeroPoint);
  const high = scale * (127 - zeroPoint);
  const step = scale / parts;
  for (let i = 0; i < data.length; i++) {
    const value = step * Math.round(data[i] / step);
    data[i] = value < low ? low : value > high ? high : value;
  }
}

/** Asks what a cause does, of the same records again and again. */
export type Simulate = (cause: Cause) => Promise<Noise>;

/** `judged` are values of the float32 graph. Throws `interrupted` between two runs. */
export function createSimulation(
  float: Graph,
  judged: readonly ValueId[],
  records: RecordSource,
  { signal }: WorkContext,
): Simulate {
  const record = new Float32Array(recordLengthOf(records));
  const settle = settler(float);
  const run = (
    graph: Graph,
    activations: Cause['activations'],
    see: (index: number, id: ValueId, data: Float32Array) => void,
  ): void => {
    const interpreter = createInterpreter(graph);
    const split = recordSplitter(interpreter.inputs);
    for (let index = 0; index < records.count; index++) {
      records.read(index, 1, record);
      interpreter.invoke(split(record), (id, data) => {
        const rounding = activations.get(id);
        if (rounding !== undefined) round(data as Float32Array, rounding);
        if (judged.includes(id)) see(index, id, data as Float32Array);
      });
    }
  };
  const reference: Map<ValueId, Float32Array>[] = Array.from({ length: records.count }, () => new Map());
  let power = 0;
  run(float, new Map(), (index, id, data) => {
    const settled = settle(id, data.slice());
    reference[index].set(id, settled);
    power += settled.reduce((sum, value) => sum + value ** 2, 0);
  });
  return async ({ constants, activations }) => {
    await nextTurn();
    if (signal?.aborted === true)
      throw interruptedError('interrupted', 'Stopped before the diagnosis was made');
    let graph = float;
    for (const { int8, pairs } of constants) graph = withConstantsOf(graph, int8, pairs);
    let noise = 0;
    run(graph, activations, (index, id, data) => {
      const expected = reference[index].get(id) as Float32Array;
      noise += squaredDistance(settle(id, data), expected);
    });
    return { signal: power, noise };
  };
}
