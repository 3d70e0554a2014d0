import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { printGraph } from '../../src/ir/print-graph.ts';
import { nodeWith, Rewrite, rewriteNodes } from '../../src/ir/rewrite.ts';
import { graphOf } from '../passes/run-pass.ts';

/** tanh and relu of x; relu is read twice by one node. */
const graph = graphOf((b) => {
  const relu = b.add('relu', 'relu', {}, [b.add('tanh', 'tanh', {}, [b.in('x', 2)])]);
  return [b.add('mul', 'square', { activation: 'none' }, [relu, relu])];
});
const [tanh, relu, square] = graph.nodes;

/** As if the graph were looked at for the first time. */
function expectFresh(graph: Graph, rewrite: Rewrite): void {
  const fresh = new Rewrite({ ...graph, nodes: rewrite.nodes });
  for (const id of graph.values.keys()) {
    expect(rewrite.producer(id)).toBe(fresh.producer(id));
    expect(rewrite.consumers(id)).toEqual(fresh.consumers(id));
  }
}

describe('rewriting a graph', () => {
  it('knows who makes and who reads a value', () => {
    const rewrite = new Rewrite(graph);
    expect(rewrite.producer(relu.outputs[0])).toBe(relu);
    expect(rewrite.producer(graph.inputs[0])).toBeUndefined();
    expect(rewrite.consumers(relu.outputs[0])).toEqual([square, square]);
    expect(graph.nodes.map(({ outputs }) => rewrite.isReadOnce(outputs[0]))).toEqual([true, false, false]);
  });

  it('lets the input of a node take its place, under the name of an output where it is one', () => {
    const inner = new Rewrite(graph);
    expect(inner.bypass(relu, tanh.outputs[0])).toBe(true);
    expect(inner.graph().nodes.at(-1)?.inputs).toEqual([tanh.outputs[0], tanh.outputs[0]]);
    const last = new Rewrite(graph);
    expect(last.bypass(square, relu.outputs[0])).toBe(true);
    expect(last.nodes.at(-1)).toMatchObject({ kind: 'relu', outputs: graph.outputs });
    expect(last.graph().values.has(relu.outputs[0])).toBe(false);
  });

  it('keeps a node between an input and an output, and one between two outputs', () => {
    const between = graphOf((b) => [b.add('relu', 'relu', {}, [b.in('x', 1)])]);
    expect(new Rewrite(between).bypass(between.nodes[0], between.inputs[0])).toBe(false);
    const both = { ...graph, outputs: [relu.outputs[0], ...graph.outputs] };
    expect(new Rewrite(both).bypass(square, relu.outputs[0])).toBe(false);
  });

  it('knows so after changes too, whatever was asked before', () => {
    const random = createRandom(3, 'rewriting');
    for (let round = 0; round < 15; round++) {
      const chain = graphOf((b) => {
        let last = b.in('x', 2);
        for (let index = 0; index < 8; index++) {
          const other = b.add('tanh', `t${index}`, {}, [last]);
          last = b.add('mul', `m${index}`, { activation: 'none' }, [
            other,
            random.below(2) === 0 ? last : other,
          ]);
        }
        return [last];
      });
      const rewrite = new Rewrite(chain);
      for (let change = 0; change < 10; change++) {
        const node = rewrite.nodes[random.below(rewrite.nodes.length)];
        // One that takes the place of another, which is left for a moment.
        const twin = rewrite.nodes[random.below(rewrite.nodes.length)];
        const how = random.below(3);
        if (how === 0) rewrite.bypass(node, node.inputs[0] as ValueId);
        else if (how === 1)
          rewrite.replace(node, nodeWith(node, { inputs: [chain.inputs[0], ...node.inputs.slice(1)] }));
        else if (twin !== node) {
          rewrite.replace(node, nodeWith(node, { outputs: twin.outputs }));
          expectFresh(chain, rewrite);
          rewrite.replace(twin);
        }
        expectFresh(chain, rewrite);
      }
    }
  });

  it('offers nodes until nothing changes, and returns the graph itself if nothing did', () => {
    expect(rewriteNodes(graph, () => false)).toBe(graph);
    const drained = rewriteNodes(graph, (rewrite, node) =>
      node.kind === 'tanh' || node.kind === 'relu' ? rewrite.bypass(node, graph.inputs[0]) : false,
    );
    expect(printGraph(drained)).toBe(
      'x: float32[2] = input\nsquare: float32[2] = mul(x, x)\nreturn square\n',
    );
  });

  it('gives every new value an id of its own, and none to replaced nodes', () => {
    const rewrite = new Rewrite(graph);
    const type = { dtype: 'float32', shape: [2] } as const;
    const constant = rewrite.constant('c', type, Float32Array.of(1, 2));
    expect(graph.values.has(constant)).toBe(false);
    expect(rewrite.fresh('f', type)).not.toBe(constant);
    rewrite.replace(square, nodeWith(square, { inputs: [relu.outputs[0], constant] }));
    expect(() => rewrite.replace(square)).toThrow('node "square" is not in the graph');
    expect(printGraph(rewrite.graph())).toContain(
      'c: float32[2] = constant 1 2\nsquare: float32[2] = mul(relu, c)',
    );
  });
});
