import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { narrowFloat16, widenFloat16 } from '../../../src/formats/float16.ts';
import { importTflite, readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import type { OutlineSubgraph } from '../../../src/ir/outline.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { writeDesktopModel } from '../../../src/models/convert/desktop-model.ts';
import { withInt8Weights } from '../../../src/passes/quantize/dynamic-range.ts';
import { weightParameters } from '../../../src/passes/quantize/parameters.ts';
import { graphOf } from '../../passes/run-pass.ts';

const WINDOW = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;
const DENSE = { activation: 'none', keepNumDims: false } as const;

/** One of each operator whose weights become int8, and a MUL. */
const network = graphOf((b) => {
  const factors = b.const('factors', [32]);
  const scaled = b.add('mul', 'scaled', { activation: 'none' }, [b.in('x', 1, 8, 8, 32), factors]);
  const features = b.add('conv_2d', 'features', WINDOW, [scaled, b.const('w1', [64, 1, 1, 32])]);
  const depth = { ...WINDOW, depthMultiplier: 1 } as const;
  const apart = b.add('depthwise_conv_2d', 'apart', depth, [
    features,
    b.const('w2', [1, 4, 4, 64]),
    b.const('b2', [64]),
  ]);
  return [b.add('fully_connected', 'y', DENSE, [apart, b.const('w3', [8, 4096]), b.const('b3', [8])])];
});

function mainOf(bytes: Uint8Array): OutlineSubgraph {
  return readOutline(bytes).outline.subgraphs[0];
}

function operatorsOf(bytes: Uint8Array): string[] {
  return mainOf(bytes).operators.map(({ name, version }) => `${name} ${version}`);
}

/** The weights of every node, in order. */
function constantsOf(graph: Graph): (Float32Array | undefined)[] {
  return graph.nodes.flatMap(({ inputs }) =>
    inputs.flatMap((id) => {
      const data = id === undefined ? undefined : getValue(graph, id).data;
      return data instanceof Float32Array ? [data] : [];
    }),
  );
}

describe('float16', () => {
  it('has a DEQUANTIZE of each constant in front of its use', () => {
    const bytes = writeDesktopModel(network, 'float16', false);
    expect(operatorsOf(bytes)).toEqual([
      'DEQUANTIZE 3',
      'MUL 1',
      'DEQUANTIZE 3',
      'CONV_2D 1',
      ...['DEQUANTIZE 3', 'DEQUANTIZE 3', 'DEPTHWISE_CONV_2D 1'],
      ...['DEQUANTIZE 3', 'DEQUANTIZE 3', 'FULLY_CONNECTED 1'],
    ]);
    const { tensors } = mainOf(bytes);
    expect(tensors.filter(({ storage }) => storage === 'constant').map(({ dtype }) => dtype)).toEqual(
      new Array(6).fill('float16'),
    );
  });

  it('is read back as the rounded weights, to the last bit', () => {
    const read = importTflite(writeDesktopModel(network, 'float16', false));
    expect(read.nodes.map(({ kind }) => kind)).toEqual(network.nodes.map(({ kind }) => kind));
    const rounded = constantsOf(network).map((data) => widenFloat16(narrowFloat16(data as Float32Array)));
    expect(constantsOf(read)).toEqual(rounded);
    expect(rounded).not.toEqual(constantsOf(network));
  });

  it('reads a constant of several operators once', () => {
    const shared = graphOf((b) => {
      const w = b.const('w', [4, 4]);
      const first = b.add('fully_connected', 'a', DENSE, [b.in('x', 1, 4), w]);
      return [b.add('fully_connected', 'b', DENSE, [first, w])];
    });
    expect(operatorsOf(writeDesktopModel(shared, 'float16', false))).toEqual([
      'DEQUANTIZE 3',
      'FULLY_CONNECTED 1',
      'FULLY_CONNECTED 1',
    ]);
  });

  it.each([65519, -65519, Infinity])('holds %d', (value) => {
    const graph = graphOf((b) => [
      b.add('maximum', 'y', {}, [b.in('x', 1, 2), b.const('c', [2], [1, value])]),
    ]);
    expect(() => writeDesktopModel(graph, 'float16', false)).not.toThrow();
  });

  it.each([65520, -1e9])('does not hold %d, and says where it is', (value) => {
    const graph = graphOf((b) => [
      b.add('maximum', 'y', {}, [b.in('x', 1, 2), b.const('mask', [2], [1, value])]),
    ]);
    expect(() => writeDesktopModel(graph, 'float16', false)).toThrow(
      `the constant "mask" holds ${value} at index 1, and float16 ends at 65504`,
    );
  });
});

describe('dynamic range', () => {
  it.each([
    [false, 'FULLY_CONNECTED 9'],
    [true, 'FULLY_CONNECTED 12'],
  ])('has int8 weights in the versions of TensorFlow (dense per channel: %s)', (perChannel, dense) => {
    const bytes = writeDesktopModel(network, 'dynamic-range', perChannel);
    expect(operatorsOf(bytes)).toEqual(['MUL 1', 'CONV_2D 5', 'DEPTHWISE_CONV_2D 6', dense]);
  });

  it('is read back as scale times weight, to the last bit', () => {
    const read = importTflite(writeDesktopModel(network, 'dynamic-range', true));
    const hybrid = withInt8Weights(network, true);
    for (const [index, node] of hybrid.nodes.entries()) {
      const { type, data } = getValue(hybrid, node.inputs[1] as number);
      const back = getValue(read, read.nodes[index].inputs[1] as number).data as Float32Array;
      if (!(data instanceof Int8Array) || type.quant?.scheme !== 'per-axis') {
        expect(back).toEqual(data);
        continue;
      }
      const { scales, axis } = type.quant;
      const stride = type.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      const expected = Float32Array.from(data, (q, i) => q * scales[Math.floor(i / stride) % scales.length]);
      expect(back).toEqual(expected);
    }
  });

  it('has the scales that int8 has, and the same weights again when it is converted again', async () => {
    const once = writeDesktopModel(network, 'dynamic-range', true);
    const options = { weights: 'dynamic-range', densePerChannel: true } as const;
    const { bytes } = await convertModel(network, options);
    expect((await convertModel(importTflite(bytes), options)).bytes).toEqual(bytes);
    const { tensors } = mainOf(once);
    const written = tensors.filter(({ dtype }) => dtype === 'int8').map(({ quantization }) => quantization);
    const meant = network.nodes.slice(1).map(({ kind, inputs }) => {
      const { type, data } = getValue(network, inputs[1] as number);
      return weightParameters(data as Float32Array, type.shape, kind === 'depthwise_conv_2d' ? 3 : 0);
    });
    expect(
      written.map((quantization) => ({ axis: quantization?.axis, scales: quantization?.scales })),
    ).toEqual(
      meant.map((quant) =>
        quant.scheme === 'per-axis' ? { axis: quant.axis, scales: [...quant.scales] } : {},
      ),
    );
  });
});

describe('smaller weights', () => {
  it.each(['float16', 'dynamic-range'] as const)(
    '%s: no chip runs it, and the refusal names the cure',
    (weights) => {
      const bytes = writeDesktopModel(network, weights, false);
      expect(() => readTflite(bytes)).toThrow(
        expect.objectContaining({
          kind: 'unsupported',
          hint: expect.stringContaining('"tinyml convert MODEL --float -o float.tflite"'),
        }),
      );
    },
  );

  it.each([{ type: 'int8' as const }, { tflmOnly: true }, { plan: 'offline' as const }])(
    'do not go with %j',
    async (option) => {
      await expect(convertModel(network, { weights: 'float16', ...option })).rejects.toThrow(
        'not for TensorFlow Lite Micro',
      );
    },
  );

  it('are of float models alone', async () => {
    const calibration = arrayRecords({ shape: [1, 8, 8, 32], data: new Float32Array(2048).fill(1) });
    const { bytes } = await convertModel(network, { calibration });
    await expect(convertModel(readTflite(bytes).graph, { weights: 'dynamic-range' })).rejects.toThrow(
      'The model is quantized already and cannot have dynamic-range weights',
    );
  });

  it('leave a float32 model that computes nearly the same', async () => {
    const input = Float32Array.from({ length: 2048 }, (_, i) => Math.sin(i));
    const outputs = await Promise.all(
      [
        { type: 'float' as const },
        { weights: 'float16' as const },
        { weights: 'dynamic-range' as const },
      ].map(async (options) => {
        const { bytes } = await convertModel(network, options);
        return Array.from(createInterpreter(importTflite(bytes)).invoke([input])[0], Number);
      }),
    );
    const largest = Math.max(...outputs[0].map(Math.abs));
    const worst = outputs.map(
      (output) => Math.max(...output.map((v, i) => Math.abs(v - outputs[0][i]))) / largest,
    );
    expect(worst[1]).toBeLessThan(2e-3);
    expect(worst[2]).toBeLessThan(5e-2);
  });
});
