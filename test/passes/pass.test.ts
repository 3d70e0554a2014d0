/** Whose fault a wrong graph is: a pass that breaks it has a bug, quantization may meet what no kernel computes. */

import { describe, expect, it } from 'vitest';
import { EXIT_CODES, TinymlError } from '../../src/core/errors.ts';
import { perTensor } from '../../src/core/quant-params.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import { checkGraph } from '../../src/ir/check-graph.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { nodeWith } from '../../src/ir/rewrite.ts';
import { type Pass, runPasses } from '../../src/passes/pass.ts';
import { quantizePass } from '../../src/passes/quantize/quantize.ts';
import { meansAsPools } from '../../src/passes/replace/means-as-pools.ts';
import { graphOf } from './run-pass.ts';

function errorOf(graph: Graph, pass: Pass): TinymlError {
  try {
    runPasses(graph, [pass]);
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const two = graphOf((b) => [b.dense('second', b.dense('first', b.in('x', 1, 3), 4), 2)]);

describe('runPasses', () => {
  it('calls a graph that a pass made wrong a bug, and names the pass and the node', () => {
    const swapped: Pass = { name: 'swap', run: (graph) => ({ ...graph, nodes: [...graph.nodes].reverse() }) };
    const error = errorOf(two, swapped);
    expect([error.kind, error.code, EXIT_CODES[error.kind]]).toEqual(['internal', 'broken-pass', 70]);
    expect(error.message).toBe(
      'the pass swap made the graph wrong: operator 0 (FULLY_CONNECTED, "second"): reads "first" before anything wrote it',
    );
    expect(error.hint).toContain('bug in tinyml');
  });

  it.each<[string, Pass['run'], string]>([
    [
      'fails with an error of the language',
      () => {
        throw new TypeError('x is undefined');
      },
      'the pass careless failed: x is undefined',
    ],
    [
      'gives no graph at all',
      (graph) => ({ ...graph, nodes: undefined }) as unknown as Graph,
      'the pass careless made the graph wrong: ',
    ],
  ])('calls it a bug, and names the pass, where it %s', (_, run, message) => {
    expect(errorOf(two, { name: 'careless', run })).toMatchObject({
      kind: 'internal',
      message: expect.stringContaining(message),
    });
  });

  it('asks nodes that a pass left as they were again where the types around them are others', () => {
    const touched: Pass = { name: 'touch', run: (graph) => ({ ...graph }) };
    const narrowed: Pass = {
      name: 'narrow',
      run: (graph) => {
        const [id] = graph.outputs;
        const value = getValue(graph, id);
        const type = { ...value.type, shape: [1, 1] };
        return { ...graph, values: new Map(graph.values).set(id, { ...value, type }) };
      },
    };
    expect(() => runPasses(two, [touched, touched])).not.toThrow();
    expect(() => runPasses(two, [touched, narrowed])).toThrow(
      'the pass narrow made the graph wrong: operator 1 (FULLY_CONNECTED, "second"): output is declared [1, 1]',
    );
  });

  it('calls types that no kernel takes a bug too, where a pass chose them', () => {
    const renamed: Pass = {
      name: 'rename',
      run: (graph) => ({
        ...graph,
        nodes: graph.nodes.map((node) => nodeWith(node, { attributes: { activation: 'gelu' } })),
      }),
    };
    expect(errorOf(two, renamed)).toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('rename made the graph wrong: operator 0 (FULLY_CONNECTED, "first")'),
    });
  });
});

describe('quantization that no kernel computes', () => {
  const ranges = (graph: Graph, widths: readonly number[]) =>
    new Map(
      [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)].map((id, index) => [
        id,
        { min: -widths[index], max: widths[index] },
      ]),
    );

  it('is refused in a QUANTIZE between two scales, which is named', () => {
    const graph = graphOf((b) => {
      const [x, y] = [b.in('x', 1, 4), b.in('y', 1, 4)];
      return [b.add('concatenation', 'joined', { axis: -1, activation: 'none' }, [x, y])];
    });
    const error = errorOf(graph, quantizePass(ranges(graph, [1e-5, 1e20, 1]), { densePerChannel: false }));
    expect([error.kind, error.code]).toEqual(['unsupported', 'scale-ratio']);
    expect(error.message).toContain('pass quantize: operator 1 (QUANTIZE, "y"): ');
  });

  it('is none where a pool stands for a mean: QUANTIZE takes every factor between scales that MEAN takes', () => {
    const scaled = (scale: number) => ({ dtype: 'int8', quant: perTensor(scale, 0) }) as const;
    const graph: Graph = {
      values: new Map([
        [0, { id: 0, name: 'x', type: { ...scaled(2 ** 29), shape: [1, 2, 2, 3] } }],
        [1, { id: 1, name: 'y', type: { ...scaled(1), shape: [1, 3] } }],
      ]),
      nodes: [nodeOf('mean', 'y', { axes: [1, 2], keepDims: false }, [0], [1])],
      inputs: [0],
      outputs: [1],
    };
    expect(() => checkGraph(graph)).not.toThrow();
    expect(runPasses(graph, [meansAsPools]).nodes.at(-1)?.kind).toBe('quantize');
  });
});
