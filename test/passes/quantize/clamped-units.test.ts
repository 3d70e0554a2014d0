import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { finishInt8 } from '../../../src/models/convert/lower.ts';
import { quantizeGraph } from '../../../src/models/quantize/quantize-graph.ts';
import { clampedUnits, keepClamped } from '../../../src/passes/quantize/clamped-units.ts';
import { graphOf } from '../run-pass.ts';

const dense = (activation: 'none' | 'relu' | 'relu6'): Graph =>
  graphOf((b) => [b.dense('dense', b.in('x', 1, 2), 3, activation)]);

describe('clampedUnits', () => {
  const seen = (lows: number[], highs: number[]) => ({
    lows: Float32Array.from(lows),
    highs: Float32Array.from(highs),
  });

  it('are those that never leave an end of their activation', () => {
    const ends = (activation: 'none' | 'relu' | 'relu6') => {
      const graph = dense(activation);
      return clampedUnits(graph, graph.nodes[0], seen([0, 0, 6], [0, 0.1, 6]));
    };
    expect(ends('relu')).toEqual(['min', undefined, undefined]);
    expect(ends('relu6')).toEqual(['min', undefined, 'max']);
    expect(ends('none')).toEqual([undefined, undefined, undefined]);
  });

  it('never do so at any position', () => {
    const graph = graphOf((b) => [b.conv('conv', b.in('x', 1, 1, 2, 1), 2, 1, { activation: 'relu' })]);
    const ends = clampedUnits(graph, graph.nodes[0], seen([0, 0, 0, 0], [0, 0, 0, 0.5]));
    expect(ends).toEqual(['min', undefined]);
  });
});

it('keepClamped takes a bias farther beyond the end, and never back', () => {
  const [corrected, bias] = [Float32Array.of(1, -1, 1, 9, 5), Float32Array.of(0, 0, 0, 7, 7)];
  const kept = keepClamped(corrected, bias, ['min', 'min', undefined, 'max', 'max']);
  expect([...kept]).toEqual([0, -1, 1, 9, 7]);
});

/** Of numbers from 0 on, the eight units whose weight is negative never fire; what the others make has finer steps than those lose. */
const WEIGHTS = [0.5, 1, ...Array.from({ length: 8 }, (_, i) => -0.1011 * (i + 1))];
const BIASES = [-2, -4.5, 0, 0, 0, 0, 0, 0, 0, 0];

describe.each(['fast', 'default', 'bias-correction'] as const)('units that are dead, with %s', (name) => {
  it('leave the graph, and are not revived by what rounding took from them', async () => {
    const network = graphOf((b) => {
      const x = b.in('x', 1, 1);
      const weights = b.constant('w', { dtype: 'float32', shape: [10, 1] }, Float32Array.from(WEIGHTS));
      const bias = b.constant('b', { dtype: 'float32', shape: [10] }, Float32Array.from(BIASES));
      const hidden = b.add('fully_connected', 'hidden', { activation: 'relu', keepNumDims: false }, [
        x,
        weights,
        bias,
      ]);
      return [b.dense('out', hidden, 1)];
    });
    const records = arrayRecords({
      shape: [64, 1],
      data: Float32Array.from({ length: 64 }, (_, i) => i / 10),
    });
    const method = name === 'bias-correction' ? [name] : name;
    const { int8 } = await quantizeGraph(network, records, { method, densePerChannel: false }, {});
    const graph = finishInt8(int8, { io: 'int8', library: 'tflm', without: [] });
    const [first] = graph.nodes;
    expect(getValue(graph, first.outputs[0]).type.shape).toEqual([1, 2]);
  });
});
