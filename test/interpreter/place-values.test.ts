import { describe, expect, it } from 'vitest';
import { type TensorData, tensorBytes } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { placeValues } from '../../src/interpreter/place-values.ts';
import { type Graph, getValue, type ValueId } from '../../src/ir/graph.ts';
import { drawInt8Graph, drawRecords } from '../passes/draw-int8.ts';
import { graphOf } from '../passes/run-pass.ts';

/** Inputs, then what nodes write, in order. */
function computed(graph: Graph): ValueId[] {
  return [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)];
}

/** From which node to which a value must keep its bytes; inputs are there before the first, outputs after the last. */
function lifetime(graph: Graph, id: ValueId): [number, number] {
  const written = graph.nodes.findIndex(({ outputs }) => outputs.includes(id));
  if (graph.outputs.includes(id)) return [-1, graph.nodes.length];
  const read = graph.nodes.findLastIndex(({ inputs }) => inputs.includes(id));
  return [written, Math.max(written, read)];
}

const everythingKept = (graph: Graph): Graph => ({ ...graph, outputs: computed(graph) });

function branches(): Graph {
  return graphOf((b) => {
    const x = b.in('x', 1, 6, 6, 3);
    const left = b.conv('left', b.conv('left0', x, 8, 3), 4, 1);
    const right = b.conv('right', b.depthwise('right0', x, 2, 3), 4, 1);
    const sum = b.add('add', 'sum', { activation: 'relu' }, [left, right]);
    return [b.conv('last', b.conv('middle', sum, 4, 1), 5, 3), left];
  });
}

const GRAPHS: readonly (readonly [string, Graph])[] = [
  ...Array.from({ length: 8 }, (_, seed) => [`int8 graph ${seed}`, drawInt8Graph(seed)] as const),
  ['branches', branches()],
];

describe.each(GRAPHS)('values in one memory: %s', (_, graph) => {
  it('do not overlap while they are needed, and share memory after', () => {
    const { offsets, bytes } = placeValues(graph, false);
    const ids = computed(graph);
    expect([...offsets.keys()].sort()).toEqual([...ids].sort());
    const places = ids.map((id) => {
      const start = offsets.get(id) as number;
      expect(start % 16).toBe(0);
      return { id, start, end: start + tensorBytes(getValue(graph, id).type), life: lifetime(graph, id) };
    });
    for (const a of places) {
      expect(a.end).toBeLessThanOrEqual(bytes);
      for (const b of places) {
        const apart = a.end <= b.start || b.end <= a.start;
        const inTurn = a.life[1] < b.life[0] || b.life[1] < a.life[0];
        expect(a.id === b.id || apart || inTurn, `${a.id} and ${b.id}`).toBe(true);
      }
    }
    expect(bytes).toBeLessThan(placeValues(graph, true).bytes);
  });

  it('are seen as they are where each has memory of its own', () => {
    const type = getValue(graph, graph.inputs[0]).type;
    const bytes = drawRecords(type, 3);
    const records = type.dtype === 'int8' ? bytes : bytes.map((record) => Float32Array.from(record));
    for (const kernels of ['simd', 'plain'] as const) {
      const shared = createInterpreter(graph, { kernels });
      const apart = createInterpreter(everythingKept(graph), { kernels: 'plain' });
      for (const record of records) {
        const seen: TensorData[] = [];
        const outputs = shared.invoke([record], (_id, data) => seen.push(data.slice()));
        const kept = apart.invoke([record]);
        expect(seen).toEqual(kept);
        const ids = computed(graph);
        const held: TensorData[] = [];
        createInterpreter(graph, { kernels, keepsValues: true }).invoke([record], (_id, data) =>
          held.push(data),
        );
        expect(held).toEqual(kept);
        expect(outputs).toEqual(graph.outputs.map((id) => kept[ids.indexOf(id)]));
      }
    }
  });
});
