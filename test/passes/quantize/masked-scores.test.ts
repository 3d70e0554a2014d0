/** Constants that put scores far below all others: they take no part in a scale. */

import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

const SCORES = [1, 2, 3, 4];
/** What each row of a causal mask lets through. */
const expected = [
  [1, 0],
  [1 / (1 + Math.E), Math.E / (1 + Math.E)],
];

type Masks = (b: FloatBuilder, scores: ValueId, mask: (far: number) => ValueId) => ValueId;

const WAYS: Readonly<Record<string, Masks>> = {
  added: (b, x, mask) => b.add('add', 'masked', { activation: 'none' }, [x, mask(-1e9)]),
  subtracted: (b, x, mask) => b.add('sub', 'masked', { activation: 'none' }, [x, mask(1e9)]),
  'added in front of a reshape': (b, x, mask) => {
    const sum = b.add('add', 'masked', { activation: 'none' }, [x, mask(-3e4)]);
    return b.add('reshape', 'shape', { newShape: [1, 2, 2] }, [sum]);
  },
  'added in front of another term': (b, x, mask) => {
    const sum = b.add('add', 'masked', { activation: 'none' }, [x, mask(-1e9)]);
    return b.add('add', 'positions', { activation: 'none' }, [b.const('term', [2, 1], [1, 2]), sum]);
  },
  'added in front of a limit, a factor and another order': (b, x) => {
    const turned = b.add('transpose', 'turned', { permutation: [0, 2, 1] }, [x]);
    const far = b.const('turned mask', [2, 2], [0, 0, -1e9, 0]);
    const sum = b.add('add', 'masked', { activation: 'none' }, [turned, far]);
    const limited = b.add('maximum', 'limited', {}, [sum, b.const('limit', [1], [-1e8])]);
    const scaled = b.add('mul', 'scaled', { activation: 'none' }, [limited, b.const('one', [1], [1])]);
    return b.add('transpose', 'back', { permutation: [0, 2, 1] }, [scaled]);
  },
};

function attending(masked: Masks): Graph {
  return graphOf((b) => {
    const scores = b.add('relu', 'scores', {}, [b.in('x', 1, 2, 2)]);
    const mask = (far: number): ValueId => b.const('mask', [2, 2], [0, far, 0, 0]);
    return [b.add('softmax', 'weights', { beta: 1 }, [masked(b, scores, mask)])];
  });
}

function quantized(graph: Graph, far: number, activations: 'int8' | 'int16' = 'int8'): Graph {
  const ranges = new Map(
    [...graph.values.values()].map(({ id, name }) => {
      if (name === 'weights') return [id, { min: 0, max: 1 }];
      return [id, ['x', 'scores', 'turned'].includes(name) ? { min: 0, max: 4 } : { min: far, max: 4 }];
    }),
  );
  return runPasses(graph, [quantizePass(ranges, { densePerChannel: false, activations })]);
}

const typeBehind = (graph: Graph, kind: string): readonly (string | undefined)[] =>
  graph.nodes
    .filter((node) => node.kind === kind)
    .map(({ inputs: [id] }) => getValue(graph, id as ValueId).type.dtype);

describe.each(['int8', 'int16'] as const)('masks in a model of %s', (activations) => {
  it.each(Object.entries(WAYS))('are %s in float32', (_, masked) => {
    const graph = quantized(attending(masked), -1e9, activations);
    expect(typeBehind(graph, 'softmax')).toEqual(['float32']);
    const [input, output] = [...graph.inputs, ...graph.outputs].map((id) => getValue(graph, id).type.quant);
    if (input?.scheme !== 'per-tensor' || output?.scheme !== 'per-tensor') throw new Error('no parameters');
    const x = SCORES.map((score) => Math.round(score / input.scale) + input.zeroPoint);
    const data = activations === 'int8' ? Int8Array.from(x) : Int16Array.from(x);
    const [weights] = createInterpreter(graph).invoke([data]);
    for (const [index, weight] of expected.flat().entries()) {
      expect(output.scale * (Number(weights[index]) - output.zeroPoint)).toBeCloseTo(weight, 1);
    }
  });
});

it.each([
  [
    'a constant near the scores',
    (b, x, mask) => b.add('add', 'masked', { activation: 'none' }, [x, mask(-9)]),
  ],
  ['what does not mask', (b, x, mask) => b.add('mul', 'masked', { activation: 'none' }, [x, mask(-1e9)])],
] as const satisfies readonly (readonly [string, Masks])[])('%s stays in int8', (_, masked) => {
  expect(typeBehind(quantized(attending(masked), -9), 'softmax')).toEqual(['int8']);
});

it('a far constant without a softmax behind it stays in int8', () => {
  const graph = graphOf((b) => {
    const sum = b.add('add', 'masked', { activation: 'none' }, [
      b.in('x', 1, 2, 2),
      b.const('mask', [2, 2], [0, -1e5, 0, 0]),
    ]);
    return [b.add('relu', 'weights', {}, [sum])];
  });
  expect(typeBehind(quantized(graph, -1e5), 'add')).toEqual(['int8']);
});
