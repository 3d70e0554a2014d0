import { describe, expect, it } from 'vitest';
import type { QuantParams } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type TensorType } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type Node, type Value } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { scalesOver } from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { QUIET } from '../../models/quiet.ts';
import { runOne } from '../../ops/one-node.ts';

describe('convolutions', async () => {
  const random = createRandom(5, 'quantized convolutions');
  const floats = (length: number) => Float32Array.from({ length }, () => random.normal());
  const float32 = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });
  const constant = (graph: GraphBuilder, ...shape: number[]) =>
    graph.constant('', float32(...shape), floats(elementCount(shape)));
  const same = { padding: 'same', strides: [2, 1], activation: 'relu' } as const;

  const graph = new GraphBuilder();
  let last = graph.input('x', float32(1, 5, 4, 2));
  const { activation } = same;
  last = graph.add('conv_2d', 'conv', { ...same, dilations: [1, 1] }, [
    last,
    constant(graph, 4, 3, 3, 1),
    constant(graph, 4),
  ]);
  const depthwise = { ...same, dilations: [1, 2], depthMultiplier: 2 } as const;
  last = graph.add('depthwise_conv_2d', 'depthwise', depthwise, [
    last,
    constant(graph, 1, 2, 3, 8),
    constant(graph, 8),
  ]);
  const transposed = { ...same, outputShape: [1, 3, 4, 3] } as const;
  last = graph.add('transpose_conv', 'transposed', transposed, [
    last,
    constant(graph, 3, 3, 2, 8),
    constant(graph, 3),
  ]);
  last = graph.add('reshape', 'flat', { newShape: [1, 36] }, [last]);
  last = graph.add('fully_connected', 'dense', { activation, keepNumDims: false }, [
    last,
    constant(graph, 2, 36),
    constant(graph, 2),
  ]);
  const float = graph.build([last]);
  const samples = { shape: [4, 5, 4, 2], data: floats(160) };
  const { ranges, means } = await calibrate(float, arrayRecords(samples), QUIET);
  const int8 = (options: { densePerChannel: boolean; means?: typeof means }) =>
    runPasses(float, [quantizePass(ranges, options)]);
  const weighted = (of: Graph) => of.nodes.filter(({ inputs }) => inputs.length === 3);

  it('have a scale per output channel, whatever is chosen for dense layers', () => {
    const quantized = int8({ densePerChannel: false });
    const axes = weighted(quantized).map(({ inputs }) => {
      const { quant } = getValue(quantized, inputs[1] as number).type;
      return quant?.scheme === 'per-axis' ? [quant.axis, quant.scales.length] : quant?.scheme;
    });
    expect(axes).toEqual([[0, 4], [3, 8], [0, 3], 'per-tensor']);
  });

  it('keep the mean of each output channel when biases are corrected', () => {
    /** Before the activation, for the mean input. */
    const channelMeans = (node: Node, weights: Float32Array, bias: Float32Array): number[] => {
      const type = (id: number | undefined) => getValue(float, id as number).type;
      const [x, w, b] = [...node.inputs];
      const operands = [
        { type: type(x), data: Float32Array.from(means.get(x as number) ?? []) },
        { type: type(w), data: weights },
        { type: type(b), data: bias },
      ];
      const attributes = { ...node.attributes, activation: 'none' } as never;
      const output = runOne(node.kind, attributes, operands, type(node.outputs[0]));
      const sums = new Array<number>(bias.length).fill(0);
      for (const [i, value] of [...(output as Float32Array)].entries()) sums[i % bias.length] += value;
      return sums.map((sum) => (sum * bias.length) / output.length);
    };
    const dequantized = ({ type: { quant, shape }, data }: Value): Float32Array => {
      const scaleAt = scalesOver(shape, quant as QuantParams);
      return Float32Array.from(data as Int8Array, (value, i) => value * scaleAt(i));
    };
    /** In steps of the quantized bias. */
    const shifts = (quantized: Graph): number[] =>
      weighted(quantized).flatMap((node, index) => {
        const [floatWeights, floatBias] = weighted(float)[index].inputs.slice(1);
        const data = (id: number | undefined) => getValue(float, id as number).data as Float32Array;
        const [weights, bias] = node.inputs.slice(1).map((id) => getValue(quantized, id as number));
        const before = channelMeans(weighted(float)[index], data(floatWeights), data(floatBias));
        const after = channelMeans(weighted(float)[index], dequantized(weights), dequantized(bias));
        const stepAt = scalesOver(bias.type.shape, bias.type.quant as QuantParams);
        return after.map((mean, channel) => Math.abs(mean - before[channel]) / stepAt(channel));
      });
    expect(Math.max(...shifts(int8({ densePerChannel: true, means })))).toBeLessThan(0.6);
    expect(Math.max(...shifts(int8({ densePerChannel: true })))).toBeGreaterThan(5);
  });
});
