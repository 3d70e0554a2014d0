/** What a method is given in tests: a float graph, and what it computes of records. */

import { elementCount } from '../../../../src/core/tensor.ts';
import { arrayRecords, type RecordSource } from '../../../../src/data/records/records.ts';
import { type Graph, getValue } from '../../../../src/ir/graph.ts';
import {
  type Applier,
  calibrateFor,
  plainlyQuantized,
} from '../../../../src/models/quantize/apply-methods.ts';
import { int8Noise, referenceOf } from '../../../../src/models/quantize/int8-noise.ts';
import type { MethodName } from '../../../../src/models/quantize/method-names.ts';

/** `count` records of the graph's input, of what `draw` gives. */
export function recordsOf(graph: Graph, count: number, draw: (element: number) => number): RecordSource {
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const data = Float32Array.from({ length: count * elementCount(shape) }, (_, i) => draw(i));
  return arrayRecords({ shape: [count, ...shape.slice(1)], data });
}

export async function applierOf(graph: Graph, records: RecordSource): Promise<Applier> {
  return calibrateFor(graph, records, { activations: 'int8', densePerChannel: false }, {});
}

/** Squared error of the int8 graph at its end, on records that calibration may not have seen. */
export function noiseOf(apply: Applier, methods: readonly MethodName[], records: RecordSource): number {
  const made = apply(methods);
  return int8Noise(plainlyQuantized(made), records, referenceOf(made.graph, records));
}
