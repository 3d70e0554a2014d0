import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { arrayRecords, recordLengthOf } from '../../../src/data/records/records.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import {
  distanceOf,
  type RoundedValues,
  roundingNoise,
  roundToSteps,
} from '../../../src/models/quantize/noise-probe.ts';
import { graphOf } from '../../passes/run-pass.ts';

const random = createRandom(3, 'noise');
const records = arrayRecords({
  shape: [5, 6, 6, 3],
  data: Float32Array.from({ length: 5 * 6 * 6 * 3 }, () => random.normal()),
});

/** Two branches that join, and an output in the middle. */
const graph = graphOf((b) => {
  const x = b.in('x', 1, 6, 6, 3);
  const left = b.conv('left', x, 4, 3, { activation: 'relu' });
  const right = b.conv('right', b.depthwise('deep', x, 2, 3), 4, 1);
  const sum = b.add('add', 'sum', { activation: 'none' }, [left, right]);
  return [b.conv('last', sum, 5, 3), left];
});

const type = { dtype: 'int8', quant: perTensor(0.05, 3) } as const;
const rounded = (...ids: ValueId[]): RoundedValues => new Map(ids.map((id) => [id, type]));

/** By whole runs, each of which rounds as it goes. */
function distanceByRuns(of: Graph, set: RoundedValues): number {
  const exact = createInterpreter(of);
  const other = createInterpreter(of);
  let sum = 0;
  for (let index = 0; index < records.count; index++) {
    const record = new Float32Array(recordLengthOf(records));
    records.read(index, 1, record);
    const expected = new Map<ValueId, Float32Array>();
    exact.invoke([record], (id, data) => expected.set(id, (data as Float32Array).slice()));
    other.invoke([record], (id, data) => {
      const own = set.get(id);
      if (own !== undefined) roundToSteps(data as Float32Array, own);
      const wanted = expected.get(id);
      if (wanted === undefined || !of.outputs.includes(id)) return;
      for (let i = 0; i < wanted.length; i++) sum += ((data as Float32Array)[i] - wanted[i]) ** 2;
    });
  }
  return sum;
}

describe('noise of values that are rounded', () => {
  const computed = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)];
  const [first, second, third] = computed.slice(1);
  const sets = [...computed.map((id) => rounded(id)), rounded(third, first), rounded(second, third)];

  it('is that of whole runs, of each set alone, in whatever order they are asked for', () => {
    const { noise } = roundingNoise(graph, records, sets);
    expect(noise).toEqual(sets.map((set) => distanceByRuns(graph, set)));
    expect(Math.min(...noise)).toBeGreaterThan(0);
    const backwards = roundingNoise(graph, records, sets.toReversed());
    expect(backwards.noise).toEqual(noise.toReversed());
  });

  it('is measured from what the graph computes exactly', () => {
    const { exact } = roundingNoise(graph, records, sets);
    expect(distanceOf(graph, exact, records)).toBe(0);
  });
});
