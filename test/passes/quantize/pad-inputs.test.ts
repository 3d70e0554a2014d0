import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { quantizeGraph } from '../../../src/models/quantize/quantize-graph.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { padInputs } from '../../../src/passes/quantize/pad-inputs.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { planArena } from '../../../src/planner/plan-arena.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

const none = { activation: 'none' } as const;
const MEAN = [123.675, 116.28, 103.53];
const DEVIATION = [58.395, 57.12, 57.375];
const SHAPE = [1, 12, 10, 3] as const;

/** (x − mean) / deviation of each channel. */
function normalized(b: FloatBuilder, x: ValueId, mean: readonly number[] = MEAN): ValueId {
  const scaled = b.add('mul', 'mul', none, [
    x,
    b.const(
      'scale',
      [3],
      DEVIATION.map((value) => 1 / value),
    ),
  ]);
  const shift = mean.map((value, channel) => -value / DEVIATION[channel]);
  return b.add('add', 'add', none, [scaled, b.const('shift', [3], shift)]);
}

const image = (mean?: readonly number[]) =>
  graphOf((b) => [b.conv('conv', normalized(b, b.in('x', ...SHAPE), mean), 4, 3, { stride: 2 })]);

/** Bytes, as cameras give them. */
function records(count: number, seed: number) {
  const random = createRandom(seed, 'images');
  const length = count * elementCount(SHAPE);
  return {
    shape: [count, ...SHAPE.slice(1)],
    data: Float32Array.from({ length }, () => random.below(256)),
  };
}

async function quantized(graph: Graph): Promise<Graph> {
  const padded = padInputs(graph, await calibrate(graph, arrayRecords(records(16, 1)), {}));
  const { ranges, ...elements } = padded.seen;
  return runPasses(padded.graph, [quantizePass(ranges, { densePerChannel: false, ...elements })]);
}

const kinds = ({ nodes }: Graph): string[] => nodes.map(({ kind }) => kind);

async function decibels(graph: Graph): Promise<number> {
  const test = records(8, 2);
  return sqnr(runReal(await quantized(graph), test).data, runReal(graph, test).data);
}

describe('an input that is normalized channel by channel', () => {
  it('is padded with what becomes zero, in the parameters of the input', async () => {
    const int8 = await quantized(image());
    expect(kinds(int8)).toEqual(['concatenation', 'concatenation', 'conv_2d']);
    const [, , conv] = int8.nodes;
    const [input] = int8.inputs;
    expect(getValue(int8, conv.inputs[0] as ValueId).type).toEqual({
      ...getValue(int8, input).type,
      shape: [1, 13, 11, 3],
    });
  });

  it('takes the bytes of the border more than MUL and ADD, where the images are the peak', async () => {
    const head = async (graph: Graph): Promise<number> => {
      const { outline } = readOutline(writeTflite(await quantized(graph)));
      return planArena(outline, 'cortex-m-reference').headBytes as number;
    };
    const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;
    expect(await head(image([500, 100, 100]))).toBe(2 * aligned(12 * 10 * 3));
    expect(await head(image())).toBe(aligned(13 * 10 * 3) + aligned(13 * 11 * 3));
  });

  it('has no noise but that of the numbers at the border', async () => {
    // A convolution of one pixel is not padded, and folds everything: the same noise but for the border.
    const bare = graphOf((b) => [
      b.conv('conv', normalized(b, b.in('x', ...SHAPE)), 4, 3, { stride: 2, padding: 'valid' }),
    ]);
    expect(await decibels(image())).toBeGreaterThan((await decibels(bare)) - 1);
  });

  it.each([
    ['above', [500, 100, 100]],
    ['below', [100, 100, -20]],
  ])('is left alone where such a number lies %s the range', async (_, mean) => {
    expect(kinds(await quantized(image(mean)))).toEqual(['mul', 'add', 'conv_2d']);
  });

  it('is left alone behind another operator, where channels are many', async () => {
    const graph = graphOf((b) => [
      b.conv('conv', normalized(b, b.add('relu', 'relu', {}, [b.in('x', ...SHAPE)])), 4, 3),
    ]);
    expect(kinds(await quantized(graph))).toEqual(['relu', 'mul', 'add', 'conv_2d']);
  });

  it('is joined once where it is a series', async () => {
    const graph = graphOf((b) => {
      const shifted = normalized(b, b.in('x', 1, 120, 3));
      const image = b.add('reshape', 'image', { newShape: [1, 1, 120, 3] }, [shifted]);
      const attributes = { ...none, padding: 'same', strides: [1, 1], dilations: [1, 1] } as const;
      return [b.add('conv_2d', 'conv', attributes, [image, b.const('w', [4, 1, 5, 3])])];
    });
    expect(kinds(await quantized(graph))).toEqual(['reshape', 'concatenation', 'conv_2d']);
  });

  it('is no hindrance to channels that are equalized behind it', async () => {
    const graph = graphOf((b) => {
      const first = b.conv('conv', normalized(b, b.in('x', ...SHAPE)), 4, 3, { activation: 'relu' });
      const weights = Array.from({ length: 4 * 4 }, (_, index) => 4 ** (index % 4));
      return [b.conv('last', first, 4, 1, { weights })];
    });
    const options = { method: ['equalize-channels'], densePerChannel: false, activations: 'int8' } as const;
    const { int8 } = await quantizeGraph(graph, arrayRecords(records(16, 1)), options, {});
    expect(kinds(int8)).toEqual(['concatenation', 'concatenation', 'conv_2d', 'conv_2d']);
  });

  it('is computed as before', async () => {
    const graph = image();
    const { ranges, ...elements } = await calibrate(graph, arrayRecords(records(4, 1)), {});
    const padded = padInputs(graph, { ranges, ...elements });
    const measured = await calibrate(padded.graph, arrayRecords(records(4, 1)), {});
    const [conv] = graph.outputs;
    for (const { outputs } of padded.graph.nodes.slice(0, 2)) {
      const [id] = outputs;
      expect(padded.seen.extremes?.get(id)).toEqual(measured.extremes.get(id));
      const means = padded.seen.means?.get(id) as Float64Array;
      for (const [index, mean] of measured.means.get(id)?.entries() ?? [])
        expect(means[index]).toBeCloseTo(mean, 4);
    }
    const before = createInterpreter(graph).invoke([records(1, 3).data])[0] as Float32Array;
    const after = createInterpreter(padded.graph).invoke([records(1, 3).data])[0] as Float32Array;
    expect(before.length).toBe(elementCount(getValue(graph, conv).type.shape));
    for (const [index, value] of before.entries()) expect(after[index]).toBeCloseTo(value, 4);
  });
});
