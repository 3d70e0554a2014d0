import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { QUIET } from '../../models/quiet.ts';

const records = { shape: [201, 1], data: Float32Array.from({ length: 201 }, (_, i) => (i - 100) / 10) };

/** y = limits(x · 1), for x from −10 to 10. */
function limited(activation: 'none' | 'relu', limits: (builder: GraphBuilder, x: ValueId) => ValueId): Graph {
  const builder = new GraphBuilder();
  const input = builder.input('input', { dtype: 'float32', shape: [1, 1] });
  const weights = builder.constant('w', { dtype: 'float32', shape: [1, 1] }, Float32Array.of(1));
  const bias = builder.constant('b', { dtype: 'float32', shape: [1] }, Float32Array.of(0));
  const sums = builder.add('fully_connected', 'fc', { activation, keepNumDims: false }, [
    input,
    weights,
    bias,
  ]);
  return builder.build([limits(builder, sums)]);
}

const bound = (kind: 'minimum' | 'maximum', value: number) => (builder: GraphBuilder, x: ValueId) =>
  builder.add(kind, `${kind} ${value}`, {}, [
    x,
    builder.constant('limit', { dtype: 'float32', shape: [] }, Float32Array.of(value)),
  ]);

async function quantized(graph: Graph): Promise<Graph> {
  const { ranges, means } = await calibrate(graph, arrayRecords(records), QUIET);
  return runPasses(graph, [quantizePass(ranges, { densePerChannel: false, means })]);
}

describe('limits that int8 keeps by itself', () => {
  it.each([
    ['RELU', limited('none', (b, x) => b.add('relu', 'relu', {}, [x])), 0, 10],
    ['RELU6', limited('none', (b, x) => b.add('relu6', 'relu6', {}, [x])), 0, 6],
    ['ReLU(max_value=4)', limited('relu', bound('minimum', 4)), 0, 4],
    ['a clamp to ±1', limited('none', (b, x) => bound('maximum', -1)(b, bound('minimum', 1)(b, x))), -1, 1],
  ] as const)('%s costs no operator and holds', async (_, graph, low, high) => {
    const int8 = await quantized(graph);
    expect(int8.nodes.map(({ kind }) => kind)).toEqual(['fully_connected']);
    const step = (high - low) / 255;
    for (const [i, y] of runReal(int8, records).data.entries()) {
      const wanted = Math.min(Math.max(records.data[i], low), high);
      expect(Math.abs(y - wanted), `x = ${records.data[i]}`).toBeLessThan(step / 2 + 0.05);
    }
  });

  it('a limit on the near side of zero stays an operator', async () => {
    const kinds = (await quantized(limited('none', bound('minimum', -2)))).nodes.map(({ kind }) => kind);
    expect(kinds).toEqual(['fully_connected', 'minimum']);
  });

  it('a value that is read unlimited too keeps its operator and its range', async () => {
    const graph = limited('relu', (builder, x) =>
      builder.add('add', 'sum', { activation: 'none' }, [x, bound('minimum', 4)(builder, x)]),
    );
    const int8 = await quantized(graph);
    expect(int8.nodes.map(({ kind }) => kind)).toEqual(['fully_connected', 'quantize', 'minimum', 'add']);
    for (const [i, y] of runReal(int8, records).data.entries()) {
      const x = Math.max(records.data[i], 0);
      expect(Math.abs(y - x - Math.min(x, 4)), `x = ${x}`).toBeLessThan(0.15);
    }
  });
});
