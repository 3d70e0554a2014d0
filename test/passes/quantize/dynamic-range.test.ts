import { describe, expect, it } from 'vitest';
import { type Graph, getValue, type Node, type Value } from '../../../src/ir/graph.ts';
import { withInt8Weights } from '../../../src/passes/quantize/dynamic-range.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

const WINDOW = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;
const DENSE = { activation: 'none', keepNumDims: false } as const;

function conv(b: FloatBuilder, channels: number): number {
  return b.add('conv_2d', 'y', WINDOW, [b.in('x', 1, 4, 4, 16), b.const('w', [channels, 4, 4, 16])]);
}

function depthwise(b: FloatBuilder, channels: number): number {
  const attributes = { ...WINDOW, depthMultiplier: 1 };
  return b.add('depthwise_conv_2d', 'y', attributes, [
    b.in('x', 1, 4, 4, channels),
    b.const('w', [1, 4, 4, channels]),
  ]);
}

function dense(b: FloatBuilder, units: number): number {
  return b.add('fully_connected', 'y', DENSE, [b.in('x', 1, 16), b.const('w', [units, 16])]);
}

function weightsOf(graph: Graph, node: Node): Value {
  return getValue(graph, node.inputs[1] as number);
}

describe('dynamic range', () => {
  it.each<[string, (b: FloatBuilder, count: number) => number, number, number, boolean, number | undefined]>([
    ['CONV_2D', conv, 4, 0, false, 256],
    ['DEPTHWISE_CONV_2D', depthwise, 64, 3, false, 1],
    ['FULLY_CONNECTED', dense, 64, 0, true, 16],
    ['FULLY_CONNECTED', dense, 64, 0, false, undefined],
  ])(
    '%s: 1,024 weights become int8, one scale for each channel or for all',
    (_, build, count, axis, perChannel, stride) => {
      const before = graphOf((b) => [build(b, count)]);
      const floats = weightsOf(before, before.nodes[0]).data as Float32Array;
      const after = withInt8Weights(before, perChannel);
      const { type, data } = weightsOf(after, after.nodes[0]);
      expect(type.dtype).toBe('int8');
      const channelOf = (i: number): number => (stride === undefined ? 0 : Math.floor(i / stride) % count);
      const largest = new Float64Array(stride === undefined ? 1 : count);
      for (const [i, value] of floats.entries()) {
        largest[channelOf(i)] = Math.max(largest[channelOf(i)], Math.abs(value));
      }
      const scales = Float32Array.from(largest, (value) => value / 127);
      expect(type.quant).toEqual(
        stride === undefined
          ? { scheme: 'per-tensor', scale: scales[0], zeroPoint: 0 }
          : { scheme: 'per-axis', axis, scales: type.quant?.scheme === 'per-axis' ? type.quant.scales : [] },
      );
      if (type.quant?.scheme === 'per-axis')
        expect(Array.from(type.quant.scales)).toEqual(Array.from(scales));
      for (const [i, value] of floats.entries()) {
        expect(Math.abs(Number(data?.[i]) - value / scales[channelOf(i)])).toBeLessThan(0.5001);
      }
    },
  );

  it.each<[string, (b: FloatBuilder) => number]>([
    ['CONV_2D', (b) => conv(b, 3)],
    ['DEPTHWISE_CONV_2D', (b) => depthwise(b, 63)],
    ['FULLY_CONNECTED', (b) => dense(b, 63)],
    [
      'MUL',
      (b) => b.add('mul', 'y', { activation: 'none' }, [b.in('x', 1, 32, 32), b.const('w', [1, 32, 32])]),
    ],
  ])('%s: fewer, and constants of other operators, stay as they are', (_, build) => {
    const graph = graphOf((b) => [build(b)]);
    expect(withInt8Weights(graph, false)).toBe(graph);
  });

  it('weights that two operators share are stored once, and stay float where another one reads them too', () => {
    const graph = graphOf((b) => {
      const [x, w] = [b.in('x', 1, 32), b.const('w', [32, 32])];
      const first = b.add('fully_connected', 'a', DENSE, [x, w]);
      const second = b.add('fully_connected', 'b', DENSE, [first, w]);
      return [b.add('add', 'y', { activation: 'none' }, [second, w])];
    });
    const { nodes, values } = withInt8Weights(graph, false);
    expect(nodes[0].inputs[1]).toBe(nodes[1].inputs[1]);
    const constants = [...values.values()].filter(({ data }) => data !== undefined);
    expect(constants.map(({ type }) => type.dtype).sort()).toEqual(['float32', 'int8']);
  });
});
