import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import type { LinearNode } from '../../../src/passes/linear.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { floatPasses } from '../../../src/passes/pipelines.ts';
import { type Extremes, limitStillWeights } from '../../../src/passes/quantize/limit-still-weights.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { QUIET } from '../../models/quiet.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

const extremes = (lows: readonly number[], highs: readonly number[]): Extremes => ({
  lows: Float32Array.from(lows),
  highs: Float32Array.from(highs),
});

/** Two units of three inputs, one step of the input being 0.1. */
function limited(weights: readonly number[], { lows, highs }: Extremes, perChannel = true): number[] {
  const graph = graphOf((b) => [b.dense('y', b.in('x', 1, 3), 2)]);
  const node = graph.nodes[0] as LinearNode;
  return [...limitStillWeights(graph, node, Float32Array.from(weights), { lows, highs }, 0.1, perChannel)];
}

describe('weights of a channel that stays within a step', () => {
  const still = extremes([0.7, -1, -1], [0.75, 1, 1]);

  it('come down to the others where they rule them, unit by unit', () => {
    expect(limited([-300, 2, 1, 3, 2, 1], still)).toEqual([-2, 2, 1, 3, 2, 1]);
  });

  it('come down to the largest of all units where these have one scale', () => {
    expect(limited([-300, 2, 1, 9, 2, 3], still, false)).toEqual([-3, 2, 1, 3, 2, 3]);
  });

  it('stay where the channel moves, where no other channel does, and where they are not much larger', () => {
    const kept = [-300, 2, 1, 300, 2, 1];
    expect(limited(kept, extremes([0.7, -1, -1], [0.85, 1, 1]))).toEqual(kept);
    expect(limited(kept, extremes([0.7, 1, -1], [0.7, 1, -1]))).toEqual(kept);
    expect(limited([4, 1, 1, 4, 1, 1], still)).toEqual([4, 1, 1, 4, 1, 1]);
  });

  it('stay where padding puts zeros beside what the channel holds, unless it holds zero', () => {
    const weights = [300, 1];
    const all = new Array<number[]>(9).fill(weights).flat();
    const convolved = (padding: 'same' | 'valid', value: number): number[] => {
      const graph = graphOf((b) => [b.conv('y', b.in('x', 1, 3, 3, 2), 1, 3, { padding, weights: all })]);
      const pixels = (other: number): number[] => new Array<number[]>(9).fill([value, other]).flat();
      const node = graph.nodes[0] as LinearNode;
      const seen = extremes(pixels(-1), pixels(1));
      return [...limitStillWeights(graph, node, Float32Array.from(all), seen, 0.1, true)].slice(0, 2);
    };
    expect(convolved('same', 0.7)).toEqual([300, 1]);
    expect(convolved('valid', 0.7)).toEqual([1, 1]);
    expect(convolved('same', 0)).toEqual([1, 1]);
  });
});

describe('a batch normalization folded into weights', () => {
  const RECORDS = 64;
  const random = createRandom(3, 'still channels');

  /** Channel 0 is 0.7 and was divided by next to nothing. */
  function network(): Graph {
    return graphOf((b: FloatBuilder) => {
      const [x, offset] = [b.in('x', 1, 4), b.const('offset', [4], [-0.7 * 340, 0, 0, 0])];
      const scaled = b.add('mul', 'scaled', { activation: 'none' }, [x, b.const('s', [4], [340, 1, 2, 1])]);
      const shifted = b.add('add', 'shifted', { activation: 'none' }, [scaled, offset]);
      return [b.dense('y', shifted, 5)];
    });
  }

  const records = (channel0: () => number) => ({
    shape: [RECORDS, 4],
    data: Float32Array.from({ length: 4 * RECORDS }, (_, i) => (i % 4 === 0 ? channel0() : random.normal())),
  });

  it('costs the other channels nothing, and a change is felt still', async () => {
    const seen = records(() => 0.7);
    const { bytes } = await convertModel(network(), { calibration: arrayRecords(seen) });
    const int8 = readTflite(bytes).graph;
    expect(sqnr(runReal(network(), seen).data, runReal(int8, seen).data)).toBeGreaterThan(35);

    const moved = { ...seen, data: seen.data.map((value, i) => (i % 4 === 0 ? 1.2 : value)) };
    const [float, before, after] = [runReal(network(), moved), runReal(int8, seen), runReal(int8, moved)];
    const unit = float.data
      .subarray(0, 5)
      .reduce((best, y, i, all) => (Math.abs(y) > Math.abs(all[best]) ? i : best), 0);
    expect(Math.sign(after.data[unit] - before.data[unit])).toBe(Math.sign(float.data[unit]));
  });

  it('needs means to make up for it', async () => {
    const seen = records(() => 0.7);
    const graph = runPasses(network(), floatPasses);
    const { ranges, means, extremes: ends } = await calibrate(graph, arrayRecords(seen), QUIET);
    const text = (options: object) =>
      JSON.stringify([
        ...runPasses(graph, [quantizePass(ranges, { densePerChannel: true, ...options })]).values,
      ]);
    expect(text({ extremes: ends })).toBe(text({}));
    expect(text({ means, extremes: ends })).not.toBe(text({ means }));
  });
});
