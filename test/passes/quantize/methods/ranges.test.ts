import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import type { Graph, ValueId } from '../../../../src/ir/graph.ts';
import { calibrateFor } from '../../../../src/models/quantize/apply-methods.ts';
import { graphOf } from '../../run-pass.ts';
import { applierOf, noiseOf, recordsOf } from './calibrated.ts';

const random = createRandom(9, 'range tests');

const network: Graph = graphOf((b) => {
  const input = b.in('x', 1, 6, 6, 4);
  return [b.conv('second', b.conv('first', input, 8, 3, { activation: 'relu' }), 5, 3)];
});
const first = network.nodes[0].outputs[0];

/** The first number of the first record is a spike that never comes again. */
const spiked = recordsOf(network, 800, (i) => (i === 0 ? 9 : random.normal()));
const usual = recordsOf(network, 40, () => random.normal());
const uniform = recordsOf(network, 40, () => 2 * random.uniform() - 1);

describe.each(['percentile', 'mse-ranges'] as const)('%s', (name) => {
  it('leaves less noise where one number stretched the ranges', async () => {
    const apply = await applierOf(network, spiked);
    expect(noiseOf(apply, [name], usual)).toBeLessThan(0.9 * noiseOf(apply, [], usual));
  });

  it('makes no range wider, and does little where none is too wide', async () => {
    const apply = await applierOf(network, uniform);
    const ranges = ({ ranges }: ReturnType<typeof apply>, id: ValueId) =>
      ranges.get(id) ?? { min: NaN, max: NaN };
    for (const id of [network.inputs[0], first, network.outputs[0]]) {
      const [seen, own] = [ranges(apply([]), id), ranges(apply([name]), id)];
      expect(own.min).toBeGreaterThanOrEqual(seen.min);
      expect(own.max).toBeLessThanOrEqual(seen.max);
    }
    expect(ranges(apply([name]), first).min).toBe(0);
    expect(noiseOf(apply, [name], uniform)).toBeLessThan(1.3 * noiseOf(apply, [], uniform));
  });
});

describe('mse-ranges of int16', () => {
  it('cut nothing off that int8 would: steps are fine enough', async () => {
    const form = { activations: 'int16', densePerChannel: false } as const;
    const apply = await calibrateFor(network, spiked, form, {});
    const [input] = network.inputs;
    expect(apply(['mse-ranges']).ranges.get(input)?.max).toBe(apply([]).ranges.get(input)?.max);
    const int8 = await applierOf(network, spiked);
    expect(int8(['mse-ranges']).ranges.get(input)?.max).toBeLessThan(8);
  });
});

describe('moving-average', () => {
  it('leaves less noise where one record stretched the ranges', async () => {
    /** Of the same size but for the first. */
    const sized = (i: number) => (i < 144 ? 30 : 1) * (i % 144 === 0 ? 1 : Math.sin(i % 144));
    const apply = await applierOf(network, recordsOf(network, 200, sized));
    const others = recordsOf(network, 10, (i) => sized(i + 144));
    expect(noiseOf(apply, ['moving-average'], others)).toBeLessThan(0.3 * noiseOf(apply, [], others));
  });

  it('keeps ranges that all records have', async () => {
    const apply = await applierOf(
      network,
      recordsOf(network, 50, (i) => Math.cos(i % 144)),
    );
    const [seen, own] = [apply([]).ranges, apply(['moving-average']).ranges];
    for (const [id, { min, max }] of seen) {
      expect(own.get(id)?.min).toBeCloseTo(min, 5);
      expect(own.get(id)?.max).toBeCloseTo(max, 5);
    }
  });
});

describe('extreme-values', () => {
  it('leaves less noise of records that leave what few others reached', async () => {
    const few = recordsOf(network, 6, () => random.normal());
    const later = recordsOf(network, 200, () => random.normal());
    const apply = await applierOf(network, few);
    expect(noiseOf(apply, ['extreme-values'], later)).toBeLessThan(noiseOf(apply, [], later));
  });

  it('keeps the range of the input, and narrows none', async () => {
    const apply = await applierOf(network, uniform);
    const [seen, own] = [apply([]), apply(['extreme-values'])];
    expect(own.ranges.get(network.inputs[0])).toEqual(seen.ranges.get(network.inputs[0]));
    for (const [id, { min, max }] of seen.ranges) {
      expect(own.ranges.get(id)?.min).toBeLessThanOrEqual(min);
      expect(own.ranges.get(id)?.max).toBeGreaterThanOrEqual(max);
    }
  });
});
