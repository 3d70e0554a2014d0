/** int16 activations, throughout and in chosen layers: which types and scales the graph has, and what it computes. */

import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { deadCode } from '../../../src/passes/dead-code.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { activationParameters } from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import type { TypeChoice } from '../../../src/passes/quantize/types/activation-types.ts';
import { QUIET } from '../../models/quiet.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

function recordsOf(graph: Graph, seed: number) {
  const random = createRandom(seed, 'records');
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const data = Float32Array.from({ length: 40 * elementCount(shape) }, () => random.normal());
  return { shape: [40, ...shape.slice(1)], data };
}

async function quantized(graph: Graph, activations: TypeChoice): Promise<Graph> {
  const { ranges } = await calibrate(graph, arrayRecords(recordsOf(graph, 1)), QUIET);
  return runPasses(graph, [quantizePass(ranges, { densePerChannel: false, activations }), deadCode]);
}

/** Of the calibration records, so that nothing leaves its range. */
async function decibels(graph: Graph, activations: TypeChoice): Promise<number> {
  const records = recordsOf(graph, 1);
  const integers = await quantized(graph, activations);
  return sqnr(runReal(integers, records).data, runReal(graph, records).data);
}

const typeOf = (graph: Graph, id: ValueId | undefined) => getValue(graph, id as ValueId).type;
const nodeOf = (graph: Graph, kind: string): Node => {
  const node = graph.nodes.find((one) => one.kind === kind);
  if (node === undefined) throw new Error(`no ${kind}`);
  return node;
};
const kinds = ({ nodes }: Graph): string[] => nodes.map(({ kind }) => kind);
const inputTypes = (graph: Graph): string[] =>
  graph.nodes.map(({ inputs, kind }) => `${kind} ${typeOf(graph, inputs[0]).dtype}`);

describe("TensorFlow's rule for int16", () => {
  it.each([
    [-1, 3, 3 / 32767],
    [-5, 0.5, 5 / 32767],
    [2, 10, 10 / 32767],
    [0, 0, 1e-6 / 32767],
  ])('a range of %f to %f has steps of %f around zero', (min, max, scale) => {
    const quant = activationParameters({ min, max }, 'int16');
    expect(quant).toEqual({
      scheme: 'per-tensor',
      scale: Math.fround(Math.fround(scale * 32767) / 32767),
      zeroPoint: 0,
    });
  });
});

describe('int16 throughout', () => {
  it('has int8 weights, int64 biases in the steps of their sums, and inputs and outputs of int16', async () => {
    const graph = await quantized(
      graphOf((b) => [
        b.dense(
          'dense',
          b.depthwise('depthwise', b.conv('conv', b.in('x', 1, 4, 4, 2), 3, 3), 1, 4, { padding: 'valid' }),
          2,
        ),
      ]),
      'int16',
    );
    expect(inputTypes(graph)).toEqual(['conv_2d int16', 'depthwise_conv_2d int16', 'fully_connected int16']);
    expect(typeOf(graph, graph.outputs[0]).dtype).toBe('int16');
    for (const [kind, axis] of [
      ['conv_2d', 0],
      ['depthwise_conv_2d', 3],
      ['fully_connected', undefined],
    ] as const) {
      const [input, weights, bias] = nodeOf(graph, kind).inputs.map((id) => typeOf(graph, id));
      if (input.quant?.scheme !== 'per-tensor') throw new Error('the input has no scale');
      expect(weights.dtype).toBe('int8');
      expect(bias.dtype).toBe('int64');
      const scales =
        weights.quant?.scheme === 'per-axis' ? weights.quant.scales : [weights.quant?.scale as number];
      expect(weights.quant?.scheme === 'per-axis' ? weights.quant.axis : undefined).toBe(axis);
      const own = bias.quant?.scheme === 'per-axis' ? bias.quant.scales : [bias.quant?.scale as number];
      const { scale } = input.quant;
      expect([...own]).toEqual(Array.from(scales, (weight) => Math.fround(scale * weight)));
    }
  });

  it.each([
    ['logistic', {}],
    ['tanh', {}],
    ['softmax', { beta: 1 }],
  ] as const)('%s makes steps of 1/32768', async (kind, attributes) => {
    const float = graphOf((b) => [b.add(kind, kind, attributes, [b.in('x', 1, 6)])]);
    const graph = await quantized(float, 'int16');
    expect(typeOf(graph, graph.outputs[0]).quant).toEqual({
      scheme: 'per-tensor',
      scale: 1 / 32768,
      zeroPoint: 0,
    });
    expect(await decibels(float, 'int16')).toBeGreaterThan(60);
  });

  const shapes = { x: [1, 4, 4, 2] } as const;
  const image = (b: FloatBuilder): ValueId => b.in('x', ...shapes.x);
  const EXACT: Readonly<Record<string, (b: FloatBuilder) => ValueId>> = {
    'a sum with a constant': (b) => b.add('add', 'o', { activation: 'none' }, [image(b), b.const('c', [2])]),
    'a difference': (b) => {
      const x = image(b);
      return b.add('sub', 'o', { activation: 'none' }, [x, b.add('abs', 'abs', {}, [x])]);
    },
    'a product': (b) => b.add('mul', 'o', { activation: 'none' }, [image(b), b.const('c', [2])]),
    'a RELU of its own': (b) =>
      b.add('relu', 'o', {}, [b.add('add', 's', { activation: 'none' }, [image(b), b.const('c', [2])])]),
    'a RELU6 of its own': (b) =>
      b.add('relu6', 'o', {}, [
        b.add('mul', 's', { activation: 'none' }, [image(b), b.const('c', [1], [4])]),
      ]),
    'a clamp': (b) =>
      b.add('minimum', 'o', {}, [
        b.add('mul', 's', { activation: 'none' }, [image(b), b.const('c', [2])]),
        b.const('m', [1], [0.5]),
      ]),
    'a concatenation': (b) => {
      const x = image(b);
      return b.add('concatenation', 'o', { axis: 3, activation: 'none' }, [x, b.add('tanh', 't', {}, [x])]);
    },
    'a mean': (b) => b.add('mean', 'o', { axes: [1, 2], keepDims: false }, [image(b)]),
    slopes: (b) => b.add('leaky_relu', 'o', { alpha: 0.1 }, [image(b)]),
    'an operator that TFLM has not in int16': (b) => b.add('hard_swish', 'o', {}, [image(b)]),
    'two of those': (b) => b.add('elu', 'e', {}, [b.add('hard_swish', 'o', {}, [image(b)])]),
    'a function of real numbers': (b) => b.add('sin', 'o', {}, [image(b)]),
  };

  it.each(Object.keys(EXACT))('computes %s within steps of int16', async (name) => {
    const graph = graphOf((b) => [EXACT[name](b)]);
    expect(await decibels(graph, 'int16')).toBeGreaterThan(70);
    expect(await decibels(graph, 'int16')).toBeGreaterThan((await decibels(graph, 'int8')) + 20);
  });

  it('makes no noise above -60 dB but by rounding weights to int8', async () => {
    const random = createRandom(5, 'weights');
    // Whole steps of the scale that the largest of them makes.
    const steps = (count: number): number[] =>
      Array.from(
        { length: count },
        (_, i) => (i % 18 === 0 ? 127 : Math.round(254 * random.uniform() - 127)) / 127,
      );
    const graph = graphOf((b) => {
      const first = b.conv('first', image(b), 6, 3, { activation: 'relu', weights: steps(108) });
      const second = b.conv('second', first, 6, 3, { activation: 'relu6', weights: steps(324) });
      return [b.conv('last', second, 4, 4, { padding: 'valid', weights: steps(384) })];
    });
    expect(await decibels(graph, 'int16')).toBeGreaterThan(60);
  });

  it('keeps slopes of PRELU in int8, as TFLM takes them', async () => {
    const graph = await quantized(
      graphOf((b) => [b.add('prelu', 'prelu', {}, [image(b), b.const('a', [1, 1, 2])])]),
      'int16',
    );
    expect(nodeOf(graph, 'prelu').inputs.map((id) => typeOf(graph, id).dtype)).toEqual(['int16', 'int8']);
  });

  it('keeps what TFLM has not in int16 in float32, with nothing between two of them', async () => {
    expect(
      kinds(
        await quantized(
          graphOf((b) => [EXACT['two of those'](b)]),
          'int16',
        ),
      ),
    ).toEqual(['dequantize', 'hard_swish', 'elu', 'quantize']);
  });
});

describe('chosen layers', () => {
  const network = graphOf((b) => {
    const first = b.conv('first', b.in('x', 1, 6, 6, 2), 4, 3, { activation: 'relu' });
    const second = b.conv('second', first, 4, 3, { activation: 'relu' });
    const flat = b.add('reshape', 'flat', { newShape: [1, 144] }, [second]);
    return [b.dense('last', flat, 3)];
  });

  it('are joined to the others by QUANTIZE', async () => {
    expect(inputTypes(await quantized(network, { int16Layers: ['second'] }))).toEqual([
      'conv_2d int8',
      'quantize int8',
      'conv_2d int16',
      'quantize int16',
      'reshape int8',
      'fully_connected int8',
    ]);
  });

  it('take along what only hands elements on between them, and ends that nobody else touches', async () => {
    const graph = await quantized(network, { int16Layers: ['second', 'last'] });
    expect(inputTypes(graph)).toEqual([
      'conv_2d int8',
      'quantize int8',
      'conv_2d int16',
      'reshape int16',
      'fully_connected int16',
    ]);
    expect(typeOf(graph, graph.outputs[0]).dtype).toBe('int16');
    expect(inputTypes(await quantized(network, { int16Layers: ['first'] }))[0]).toBe('conv_2d int16');
  });

  it('make less noise than int8 and more than int16 throughout', async () => {
    const [int8, mixed, int16] = await Promise.all([
      decibels(network, 'int8'),
      decibels(network, { int16Layers: ['second', 'last'] }),
      decibels(network, 'int16'),
    ]);
    expect(mixed).toBeGreaterThan(int8);
    expect(int16).toBeGreaterThan(mixed);
  });

  it('are layers of the model, of operators that TFLM has in int16', async () => {
    const codeOf = async (graph: Graph, layer: string) =>
      quantized(graph, { int16Layers: [layer] }).catch((error) =>
        error instanceof TinymlError ? [error.code, error.message, error.hint].join(': ') : error,
      );
    expect(await codeOf(network, 'third')).toMatch(/unknown-layer.*"third".*first, second, flat, last/);
    const swish = graphOf((b) => [b.add('hard_swish', 'swish', {}, [b.in('x', 1, 4)])]);
    expect(await codeOf(swish, 'swish')).toMatch(/no-int16.*HARD_SWISH "swish"/);
  });
});
