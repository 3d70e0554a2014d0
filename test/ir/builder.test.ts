import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/ir/builder.ts';

describe('GraphBuilder', () => {
  it('infers shapes and keeps the order of nodes', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'float32', shape: [1, 3] });
    const w = builder.constant('w', { dtype: 'float32', shape: [2, 3] }, new Float32Array(6));
    const h = builder.add('fully_connected', 'dense', { activation: 'relu', keepNumDims: false }, [x, w]);
    const y = builder.add('reshape', 'flat', { newShape: [2] }, [h]);
    const graph = builder.build([y]);

    expect(builder.typeOf(h)).toEqual({ dtype: 'float32', shape: [1, 2] });
    expect(graph.nodes.map(({ kind, name, inputs, outputs }) => ({ kind, name, inputs, outputs }))).toEqual([
      { kind: 'fully_connected', name: 'dense', inputs: [x, w], outputs: [h] },
      { kind: 'reshape', name: 'flat', inputs: [h], outputs: [y] },
    ]);
    expect([graph.inputs, graph.outputs]).toEqual([[x], [y]]);
    expect(
      [...graph.values.values()].filter(({ data }) => data !== undefined).map(({ name }) => name),
    ).toEqual(['w']);
  });

  it('gives every output of a node, of the type that its operator makes', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'float32', shape: [2, 3] });
    const rows = builder.addMany('unpack', 'rows', { axis: 0 }, [x]);
    const best = builder.add('arg_max', 'best', { axis: 0 }, [rows[1]]);
    const graph = builder.build([...rows, best]);
    expect(rows.map((id) => graph.values.get(id))).toEqual([
      { id: rows[0], name: 'rows', type: { dtype: 'float32', shape: [3] } },
      { id: rows[1], name: 'rows:1', type: { dtype: 'float32', shape: [3] } },
    ]);
    expect(builder.typeOf(best)).toEqual({ dtype: 'int32', shape: [] });
  });

  it('names the node whose operands do not fit', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'float32', shape: [1, 3] });
    expect(() => builder.add('reshape', 'flat', { newShape: [4] }, [x])).toThrow(
      'flat: [1, 3] has 3 elements, [4] has 4',
    );
  });

  it('checks the graph it hands out', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'int16', shape: [1, 3] });
    const y = builder.add('elu', 'elu', {}, [x]);
    expect(() => builder.build([y])).toThrow('operator 0 (ELU, "elu"): input 0 is int16');
  });
});
