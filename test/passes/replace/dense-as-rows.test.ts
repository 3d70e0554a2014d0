import { describe, expect, it } from 'vitest';
import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import type { Graph, Node, Value } from '../../../src/ir/graph.ts';
import { operatorViews } from '../../../src/ir/outline.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { denseAsRows } from '../../../src/passes/replace/dense-as-rows.ts';
import { cmsisNnRefusal } from '../../../src/targets/tflm/library-limits.ts';
import { graphOf, passKinds } from '../run-pass.ts';

const OUTPUT = perTensor(0.5, -9);

interface DenseCase {
  /** Of the input; its last axis is the depth. */
  readonly shape: Shape;
  readonly scales?: readonly number[];
  /** What reads the three units. */
  readonly behind?: (values: Map<number, Value>, dense: number) => Node[];
}

/** FULLY_CONNECTED of three units in int8 over the last axis. */
function dense({ shape, scales = [0.25], behind = () => [] }: DenseCase): Graph {
  const random = createRandom(3, 'dense as rows');
  const depth = shape[shape.length - 1];
  const quant = scales.length === 1 ? perTensor(scales[0], 0) : perAxis(0, scales);
  const data = Int8Array.from({ length: 3 * depth }, () => random.below(255) - 127);
  const input = { dtype: 'int8', shape, quant: perTensor(0.125, 3) } as const;
  const output = { dtype: 'int8', shape: [...shape.slice(0, -1), 3], quant: OUTPUT } as const;
  const values = new Map<number, Value>([
    [0, { id: 0, name: 'x', type: input }],
    [1, { id: 1, name: 'w', type: { dtype: 'int8', shape: [3, depth], quant }, data }],
    [2, { id: 2, name: 'y', type: output }],
  ]);
  const keeping = { activation: 'none', keepNumDims: true } as const;
  const nodes = [nodeOf('fully_connected', 'y', keeping, [0, 1], [2]), ...behind(values, 2)];
  return { values, nodes, inputs: [0], outputs: nodes[nodes.length - 1].outputs };
}

function flattened(values: Map<number, Value>, from: number): Node[] {
  const shape = [1, elementCount(values.get(from)?.type.shape ?? [])];
  values.set(9, { id: 9, name: 'flat', type: { dtype: 'int8', shape, quant: OUTPUT } });
  return [nodeOf('reshape', 'flat', { newShape: shape }, [from], [9])];
}

function kindsOf({ nodes }: Graph): string[] {
  return nodes.map(({ kind }) => kind);
}

function refusals(graph: Graph): (string | undefined)[] {
  return operatorViews(readOutline(writeTflite(graph)).outline).map(cmsisNnRefusal);
}

function expectSameBytes(before: Graph, after: Graph): void {
  const random = createRandom(5, 'inputs');
  const [a, b] = [before, after].map((graph) => createInterpreter(graph));
  for (let record = 0; record < 20; record++) {
    const x = Int8Array.from({ length: elementCount(a.inputs[0].shape) }, () => random.below(256) - 128);
    expect(b.invoke([x])).toEqual(a.invoke([x]));
  }
}

describe('dense-as-rows', () => {
  it.each([[[1, 5, 8]], [[1, 2, 3, 4]]])(
    'makes of an int8 one over %j rows and a RESHAPE that CMSIS-NN runs',
    (shape) => {
      const before = dense({ shape });
      expect(refusals(before).join()).toContain('fails an assertion');
      const after = runPasses(before, [denseAsRows]);
      expect(kindsOf(after)).toEqual(['fully_connected', 'reshape']);
      expect(refusals(after)).toEqual([undefined, undefined]);
      expectSameBytes(before, after);
      expect(runPasses(after, [denseAsRows])).toEqual(after);
    },
  );

  it('needs no RESHAPE in front of one that was there, nor in front of another dense layer', () => {
    const next = (values: Map<number, Value>, from: number): Node[] => {
      const random = createRandom(4, 'second');
      const data = Int8Array.from({ length: 30 }, () => random.below(255) - 127);
      values.set(7, {
        id: 7,
        name: 'v',
        type: { dtype: 'int8', shape: [2, 15], quant: perTensor(0.5, 0) },
        data,
      });
      values.set(8, { id: 8, name: 'z', type: { dtype: 'int8', shape: [1, 2], quant: perTensor(4, 0) } });
      return [nodeOf('fully_connected', 'z', { activation: 'none', keepNumDims: false }, [from, 7], [8])];
    };
    for (const [behind, kinds] of [
      [flattened, ['fully_connected', 'reshape']],
      [next, ['fully_connected', 'fully_connected']],
    ] as const) {
      const before = dense({ shape: [1, 5, 8], behind });
      const after = runPasses(before, [denseAsRows]);
      expect(kindsOf(after)).toEqual(kinds);
      expectSameBytes(before, after);
    }
  });

  it('leaves alone what CMSIS-NN runs: another depth, a scale for each unit, and two axes', () => {
    for (const graph of [
      dense({ shape: [1, 5, 6] }),
      dense({ shape: [1, 5, 8], scales: [0.25, 0.5, 0.125] }),
      dense({ shape: [5, 8] }),
    ]) {
      expect(refusals(graph)).toEqual([undefined]);
      expect(denseAsRows.run(graph)).toBe(graph);
    }
  });

  it('makes rows of five axes in float32 too', () => {
    const graph = graphOf((b) => {
      const [x, w] = [b.in('x', 1, 2, 2, 3, 6), b.const('w', [4, 6])];
      return [b.add('fully_connected', 'y', { activation: 'none', keepNumDims: true }, [x, w])];
    });
    expect(passKinds(graph, denseAsRows)).toEqual(['fully_connected', 'reshape']);
    expect(refusals(graph).join()).toContain('2 to 4 dimensions');
    expect(refusals(runPasses(graph, [denseAsRows]))).toEqual([undefined, undefined]);
  });
});
