import { describe, expect, it } from 'vitest';
import type { Graph, ValueId } from '../../src/ir/graph.ts';
import { getValue } from '../../src/ir/graph.ts';
import { dropDeadChannels } from '../../src/passes/drop-constant-channels.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { expectUntouched, type FloatBuilder, graphOf, passText } from './run-pass.ts';

const none = { activation: 'none' } as const;

/** `live` ones, with 0 for the dead output channels of an OHWI filter of `perOutput` weights. */
function weights(perOutput: number, live: readonly boolean[]): number[] {
  return live.flatMap((alive, channel) =>
    Array.from({ length: perOutput }, (_, i) => (alive ? Math.sin(channel * 7 + i + 1) : 0)),
  );
}

/** The last axis of every node's output, behind the pass. */
function widths(graph: Graph): number[] {
  passText(graph, dropDeadChannels);
  const after = runPasses(graph, [dropDeadChannels]);
  return after.nodes.map(({ outputs }) => getValue(after, outputs[0]).type.shape.at(-1) as number);
}

/** 1×1 convolution of three channels of which the middle one is constant. */
function halfDead(b: FloatBuilder, bias: number, activation: 'none' | 'relu' = 'none'): ValueId {
  const options = { activation, weights: weights(2, [true, false, true]), bias: [0.1, bias, 0.2] };
  return b.conv('first', b.in('x', 1, 4, 4, 2), 3, 1, options);
}

describe('drop-dead-channels', () => {
  it('takes an operand that is left out by name, as files have it', () => {
    const graph = graphOf((b) => {
      const attributes = { ...none, keepNumDims: false };
      const [x, w] = [b.in('x', 1, 2), b.const('w', [2, 2], [1, 2, 3, 4])];
      return [b.add('fully_connected', 'dense', attributes, [x, w, undefined])];
    });
    expectUntouched(graph, dropDeadChannels);
  });

  it('moves what a constant channel gives into the next bias', () => {
    const graph = graphOf((b) => {
      const attributes = { activation: 'relu', keepNumDims: false } as const;
      const x = b.in('x', 1, 2);
      const operands = [x, b.const('v', [2, 2], [1, 2, 0, 0]), b.const('c', [2], [3, 4])];
      const hidden = b.add('fully_connected', 'hidden', attributes, operands);
      const next = [hidden, b.const('w', [1, 2], [10, 20])];
      return [b.add('fully_connected', 'dense', { ...attributes, activation: 'none' }, next)];
    });
    expect(passText(graph, dropDeadChannels)).toMatchInlineSnapshot(`
      "
      x: float32[1,2] = input
      v: float32[1,2] = constant 1 2
      c: float32[1] = constant 3
      hidden: float32[1,1] = fully_connected(x, v, c) activation=relu
      w: float32[1,1] = constant 10
      dense/bias: float32[1] = constant 80
      dense: float32[1,1] = fully_connected(hidden, w, dense/bias)
      return dense
      "
    `);
  });

  it.each([
    ['valid', 0.5, 2],
    ['valid', -0.5, 2],
    ['same', 0.5, 3],
    ['same', -0.5, 2],
  ] as const)(
    'before a convolution with %s padding, a channel at relu(%f) leaves %i',
    (padding, bias, width) => {
      const graph = graphOf((b) => [b.conv('next', halfDead(b, bias, 'relu'), 2, 3, { padding })]);
      expect(widths(graph)).toEqual([width, 2]);
    },
  );

  it.each([
    ['valid', 0.5, -9, 2],
    ['valid', 0.5, 9, 2],
    ['same', 0.5, 9, 3],
    ['same', 0.5, -9, 2],
    ['same', -0.5, 9, 2],
  ] as const)(
    'through a depthwise convolution with %s padding, relu(%f) and bias %f',
    (padding, first, bias, width) => {
      const graph = graphOf((b) => {
        const hidden = halfDead(b, first, 'relu');
        const options = { padding, activation: 'relu', bias: [0, bias, 0] } as const;
        return [b.conv('next', b.depthwise('depthwise', hidden, 1, 3, options), 2, 1)];
      });
      expect(widths(graph)).toEqual([width, width, 2]);
    },
  );

  it('takes what feeds a dead channel of a depthwise convolution, with all its siblings or not at all', () => {
    const dead = (kernel: readonly number[]) =>
      graphOf((b) => {
        const hidden = b.conv('first', b.in('x', 1, 4, 4, 2), 2, 1);
        return [b.conv('next', b.depthwise('depthwise', hidden, 2, 1, { weights: kernel }), 2, 1)];
      });
    expect(widths(dead([0, 0, 1, 2]))).toEqual([1, 2, 2]);
    expect(widths(dead([0, 3, 1, 2]))).toEqual([2, 4, 2]);
  });

  it('passes through per-channel operators up to a fully connected layer of several pixels', () => {
    const graph = graphOf((b) => {
      const pool = { padding: 'same', strides: [2, 2], filter: [2, 2], activation: 'none' } as const;
      let x = b.add('tanh', 'tanh', {}, [halfDead(b, 0.5)]);
      x = b.add('mul', 'mul', none, [x, b.const('c', [1, 1, 1, 3])]);
      x = b.add('average_pool_2d', 'average', pool, [x]);
      x = b.add('max_pool_2d', 'max', { ...pool, strides: [1, 1] }, [x]);
      x = b.add('reshape', 'flatten', { newShape: [1, 12] }, [x]);
      return [b.dense('dense', x, 4)];
    });
    expect(widths(graph)).toEqual([2, 2, 2, 2, 2, 8, 4]);
  });

  it('knows a mean over pixels from one over channels', () => {
    const mean = (axes: readonly number[], size: number) =>
      graphOf((b) => {
        const pooled = b.add('mean', 'mean', { axes, keepDims: false }, [halfDead(b, 0.5)]);
        return [b.dense('dense', b.add('reshape', 'flat', { newShape: [1, size] }, [pooled]), 2)];
      });
    expect(widths(mean([1, 2], 3))).toEqual([2, 2, 2, 2]);
    expect(widths(mean([1, 3], 4))[0]).toBe(3);
  });

  it('takes a channel of a sum only from both sides', () => {
    const sum = (both: boolean) =>
      graphOf((b) => {
        const x = halfDead(b, 0.5);
        const options = { weights: weights(3, [true, !both, true]) };
        return [b.conv('next', b.add('add', 'sum', none, [x, b.conv('second', x, 3, 1, options)]), 2, 1)];
      });
    expect(widths(sum(true))).toEqual([2, 2, 2, 2]);
    expect(widths(sum(false))).toEqual([3, 3, 3, 2]);
  });

  it('finds its channels in a concatenation', () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 2);
      const dead = b.add('fully_connected', 'dead', { activation: 'none', keepNumDims: false }, [
        x,
        b.const('w', [3, 2], weights(2, [true, false, true])),
        b.const('b', [3]),
      ]);
      const joined = b.add('concatenation', 'join', { axis: -1, activation: 'none' }, [
        b.dense('live', x, 2),
        dead,
      ]);
      return [b.dense('dense', joined, 2)];
    });
    expect(widths(graph)).toEqual([2, 2, 4, 2]);
  });

  it('takes channels that nobody needs, and then those that only they needed', () => {
    const graph = graphOf((b) => {
      const first = b.conv('first', b.in('x', 1, 3, 3, 1), 3, 1);
      const second = b.conv('second', first, 2, 1, { weights: [1, 2, 0, 4, 5, 6] });
      return [b.conv('third', second, 1, 1, { weights: [7, 0] })];
    });
    expect(widths(graph)).toEqual([2, 1, 1]);
  });

  it('leaves one channel where all are dead', () => {
    const graph = graphOf((b) => {
      const options = { weights: weights(2, [false, false, false]) };
      return [b.conv('next', b.conv('first', b.in('x', 1, 2, 2, 2), 3, 1, options), 2, 1)];
    });
    expect(widths(graph)).toEqual([1, 2]);
  });

  it('leaves inputs, outputs, grouped convolutions and operators that mix channels', () => {
    const untouched: ((b: FloatBuilder) => readonly ValueId[])[] = [
      (b) => [halfDead(b, 1)],
      (b) => [b.depthwise('depthwise', b.in('x', 1, 2, 2, 3), 1, 1, { weights: [1, 0, 2] }), halfDead(b, 1)],
      (b) => [b.conv('next', b.add('softmax', 'softmax', { beta: 1 }, [halfDead(b, 1)]), 2, 1)],
      (b) => [b.conv('grouped', halfDead(b, 1), 3, 1, { groups: 3 })],
      (b) => [b.dense('dense', b.add('reshape', 'rows', { newShape: [1, 24, 2] }, [halfDead(b, 1)]), 2)],
    ];
    for (const build of untouched) expectUntouched(graphOf(build), dropDeadChannels);
  });
});
