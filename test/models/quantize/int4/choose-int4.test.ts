import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { elementCount } from '../../../../src/core/tensor.ts';
import { arrayRecords } from '../../../../src/data/records/records.ts';
import { type Graph, getValue } from '../../../../src/ir/graph.ts';
import { int4Candidates } from '../../../../src/models/quantize/int4/candidates.ts';
import type { Int4Outcome } from '../../../../src/models/quantize/int4/choose-int4.ts';
import type { Int4Wish } from '../../../../src/models/quantize/int4/int4-wish.ts';
import { parseWeightsBudget } from '../../../../src/models/quantize/int4/weights-budget.ts';
import { int8Noise, referenceOf } from '../../../../src/models/quantize/int8-noise.ts';
import type { Recipe } from '../../../../src/models/quantize/method-names.ts';
import { type QuantizedGraph, quantizeGraph } from '../../../../src/models/quantize/quantize-graph.ts';
import { graphOf } from '../../../passes/run-pass.ts';

/** Inputs whose neighbours resemble each other, as those of pictures do. */
function records(graph: Graph, count: number, seed: number) {
  const random = createRandom(seed, 'records');
  const { shape } = getValue(graph, graph.inputs[0]).type;
  let last = 0;
  const data = Float32Array.from({ length: count * elementCount(shape) }, () => {
    last = 0.9 * last + 0.4 * random.normal();
    return last;
  });
  return arrayRecords({ shape: [count, ...shape.slice(1)], data });
}

const network = graphOf((b) => {
  const maps = b.conv('conv', b.in('x', 1, 8, 8, 3), 8, 3, { activation: 'relu' });
  const deep = b.conv('point', b.depthwise('depthwise', maps, 1, 3, { activation: 'relu' }), 12, 1);
  const flat = b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [deep]);
  return [b.dense('dense', b.dense('hidden', flat, 24, 'relu'), 4)];
});

const named = (...names: string[]): Int4Wish => ({ by: 'names', names });
const within = (text: string): Int4Wish => ({ by: 'budget', budget: parseWeightsBudget(text) });

async function quantized(
  wish: Int4Wish,
  count = 48,
  method: Recipe = 'default',
): Promise<QuantizedGraph & { readonly int4: Int4Outcome }> {
  const form = { method, densePerChannel: true, int4: wish };
  const made = await quantizeGraph(network, records(network, count, 1), form, {});
  return made as QuantizedGraph & { readonly int4: Int4Outcome };
}

/** The type of the weights of each layer that has some. */
function weightTypes({ nodes, values }: Graph): Record<string, string> {
  return Object.fromEntries(
    nodes
      .filter(({ inputs }) => inputs.length === 3)
      .map(({ name, inputs }) => [name, getValue({ values }, inputs[1] as number).type.dtype]),
  );
}

describe('4-bit weights of named layers', () => {
  it.each(['tensorflow', 'fast', 'default'] as const)('are those and no others: %s', async (method) => {
    const { int8, int4 } = await quantized(named('hidden', 'conv'), 12, method);
    expect(weightTypes(int8)).toEqual({
      conv: 'int4',
      depthwise: 'int8',
      point: 'int8',
      hidden: 'int4',
      dense: 'int8',
    });
    expect(int4.layers).toEqual(['conv', 'hidden']);
    expect(int4.int8WeightBytes - int4.weightBytes).toBe((8 * 27 + 24 * 12) / 2);
    const data = int8.nodes.flatMap(({ name, inputs }) =>
      name === 'conv' ? [...(getValue(int8, inputs[1] as number).data as Int8Array)] : [],
    );
    expect([Math.min(...data), Math.max(...data)]).toEqual([-7, 7]);
  });

  it('have one scale in FULLY_CONNECTED, and one for each channel elsewhere', async () => {
    const { int8 } = await quantized(named('hidden', 'conv'), 12);
    const schemes = int8.nodes.map(({ name, inputs }) => [
      name,
      inputs[1] === undefined ? undefined : getValue(int8, inputs[1]).type.quant?.scheme,
    ]);
    expect(Object.fromEntries(schemes)).toMatchObject({ hidden: 'per-tensor', conv: 'per-axis' });
  });

  it('are refused where there is no such layer', async () => {
    await expect(quantized(named('conv', 'hiden'), 8)).rejects.toMatchObject({
      kind: 'usage',
      message: 'No layer with weights that 4 bits could hold is called "hiden"',
      hint: 'Those are conv, depthwise, point, hidden, dense.',
    });
  });

  it('are measured on held-out records where there are enough', async () => {
    const [some, few] = [await quantized(named('point'), 12), await quantized(named('point'), 4)];
    expect(some.int4.loss.heldOut).toBeTypeOf('number');
    expect(few.int4.loss).not.toHaveProperty('heldOut');
  });
});

describe('a budget of noise', () => {
  it('is kept on the calibration records, and on records that were held back', async () => {
    const { calibrated, int8, int4 } = await quantized(within('9dB'));
    expect(int4.layers.length).toBeGreaterThan(0);
    expect(int4.weightBytes).toBeLessThan(int4.int8WeightBytes);
    const { calibration, heldOut = Infinity } = int4.loss;
    expect(Math.max(calibration, heldOut)).toBeLessThanOrEqual(9);
    const judging = records(network, 48, 1);
    const reference = referenceOf(calibrated.graph, judging);
    const noise = [int8, int4.int8].map((graph) => int8Noise(graph, judging, reference));
    expect(10 * Math.log10(noise[0] / noise[1])).toBeCloseTo(calibration, 6);
  });

  it('buys bytes: more of it, fewer bytes', async () => {
    const bytes: number[] = [];
    for (const budget of ['6dB', '12dB', '40dB'])
      bytes.push((await quantized(within(budget))).int4.weightBytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    const { int4 } = await quantized(within('40dB'));
    const all = int4Candidates(int4.int8).reduce((sum, { saved }) => sum + saved, 0);
    expect(int4.int8WeightBytes - int4.weightBytes).toBe(all);
  });

  it('that no layer keeps is refused with one that some layer does', async () => {
    const refusal: { hint?: string } = await quantized(within('0.001dB')).catch((error) => error);
    expect(refusal).toMatchObject({ kind: 'unsupported', code: 'budget-too-small' });
    const [, budget] = /--weights-budget (\S+) or more/.exec(refusal.hint ?? '') ?? [];
    expect((await quantized(within(budget))).int4.layers.length).toBeGreaterThan(0);
  });

  it('gives the same bytes again', async () => {
    expect((await quantized(within('9dB'))).int8).toEqual((await quantized(within('9dB'))).int8);
  });
});

describe('a budget of bytes', () => {
  it('is kept, with the layers that make least noise', async () => {
    const { int4 } = await quantized(within('0.75x'));
    expect(int4.weightBytes).toBeLessThanOrEqual(0.75 * int4.int8WeightBytes);
    const worse = await quantized(within('0.55x'));
    expect(worse.int4.loss.calibration).toBeGreaterThan(int4.loss.calibration);
  });

  it('below what 4 bits give is refused with the least that they give', async () => {
    await expect(quantized(within('0.49x'), 8)).rejects.toMatchObject({
      kind: 'unsupported',
      hint: 'Give --weights-budget 0.500x or more.',
    });
  });
});
