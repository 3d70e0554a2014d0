import { ByteBuffer } from 'flatbuffers';
import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { bytesOf, type TensorType } from '../../../src/core/tensor.ts';
import { AddOptions, Model, SubOptions } from '../../../src/formats/tflite/generated/tflite_generated.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { createInterpreter, type Interpreter } from '../../../src/interpreter/interpreter.ts';
import { OP_KINDS } from '../../../src/ops/index.ts';
import { fixture } from '../../fixtures.ts';
import { codedDense } from './coded-models.ts';
import { detectionGraph } from './detection-models.ts';
import { everyOperator, float32, int8, sineNet, TestGraph } from './models.ts';
import { movementOperators } from './movement-models.ts';
import { plainOperators } from './plain-models.ts';
import { recurrentOperators, resourceOperators } from './recurrent-models.ts';
import { repetitionOperators } from './repetition-models.ts';
import { windowOperators } from './window-models.ts';

/** How often `needle` occurs. */
function occurrences(bytes: Uint8Array, needle: Uint8Array): number {
  const haystack = Buffer.from(bytes);
  let count = 0;
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1)) count++;
  return count;
}

describe('writeTflite', () => {
  it('is undone by readTflite for every operator', () => {
    const graphs = [
      everyOperator(),
      windowOperators(),
      movementOperators(),
      repetitionOperators(),
      codedDense(),
      plainOperators(),
      recurrentOperators(),
    ];
    for (const graph of graphs) expect(readTflite(writeTflite(graph)).graph).toEqual(graph);
    const kinds = [...graphs, resourceOperators(), detectionGraph()].flatMap(({ nodes }) =>
      nodes.map(({ kind }) => kind),
    );
    expect(new Set(kinds)).toEqual(new Set(OP_KINDS));
  });

  it('has no form for a padding in pixels', () => {
    const graph = new TestGraph();
    const image = graph.input(float32(1, 4, 4, 1));
    const margins = { top: 1, bottom: 0, left: 0, right: 0 } as const;
    const attributes = { padding: margins, strides: [1, 1], filter: [2, 2], activation: 'none' } as const;
    const pooled = graph.node('max_pool_2d', attributes, [image], graph.value(float32(1, 4, 3, 1)));
    expect(() => writeTflite(graph.build(pooled))).toThrow(/A padding in pixels cannot be written/);
  });

  it('writes variables with what they hold at first, which run as the graph does', () => {
    const graph = resourceOperators();
    const written = writeTflite(graph);
    const read = readTflite(written).graph;
    expect(writeTflite(read)).toEqual(written);
    const [a, b] = [createInterpreter(graph), createInterpreter(read)];
    const run = (interpreter: Interpreter): number[][] =>
      interpreter.invoke([Int8Array.of(5, 4, 3)]).map((data) => Array.from(data, Number));
    // Zero is 4.
    expect([run(a), run(a)]).toEqual([
      [
        [6, 6, 6],
        [4, 4, 4],
      ],
      [
        [7, 6, 5],
        [5, 6, 7],
      ],
    ]);
    expect([run(b), run(b)]).toEqual([
      [
        [6, 6, 6],
        [4, 4, 4],
      ],
      [
        [7, 6, 5],
        [5, 6, 7],
      ],
    ]);
    // CALL_ONCE has run: what a reset leaves is not what there was at first.
    b.reset();
    expect(run(b)).toEqual([
      [5, 4, 3],
      [4, 4, 4],
    ]);
  });

  it.each([false, true])('is undone by readTflite for a small network, per unit: %s', (perUnit) => {
    const graph = sineNet(perUnit);
    expect(readTflite(writeTflite(graph)).graph).toEqual(graph);
  });

  it('stores the version that the types and attributes need', () => {
    const { operatorCodes } = readTflite(writeTflite(everyOperator())).container;
    const versionOf = Object.fromEntries(operatorCodes.map(({ name, version }) => [name, version]));
    expect(versionOf).toEqual({
      QUANTIZE: 1,
      ADD: 2,
      SUB: 2,
      MUL: 2,
      RELU: 2,
      RELU6: 2,
      RESHAPE: 1,
      FULLY_CONNECTED: 5,
      TANH: 2,
      LOGISTIC: 2,
      SOFTMAX: 2,
      DEQUANTIZE: 2,
    });
  });

  it('stores the versions of convolutions, pooling and reductions', () => {
    expect(readTflite(writeTflite(windowOperators())).container.nodeVersions).toEqual([
      3, 4, 3, 2, 2, 2, 2, 2, 2,
    ]);
  });

  it('stores the versions of operators that repeat, sum up and normalize', () => {
    expect(readTflite(writeTflite(repetitionOperators())).container.nodeVersions).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1,
    ]);
  });

  it('stores the versions of operators that move elements, and of activations', () => {
    const { operatorCodes } = readTflite(writeTflite(movementOperators())).container;
    expect(Object.fromEntries(operatorCodes.map(({ name, version }) => [name, version]))).toEqual({
      ARG_MAX: 2,
      BATCH_TO_SPACE_ND: 2,
      CONCATENATION: 2,
      DEPTH_TO_SPACE: 2,
      ELU: 1,
      EXPAND_DIMS: 1,
      GATHER: 2,
      HARD_SWISH: 1,
      LEAKY_RELU: 1,
      MAXIMUM: 2,
      MINIMUM: 2,
      MIRROR_PAD: 2,
      PACK: 2,
      PAD: 2,
      PADV2: 2,
      PRELU: 1,
      RESIZE_BILINEAR: 3,
      RESIZE_NEAREST_NEIGHBOR: 3,
      SLICE: 2,
      SPACE_TO_BATCH_ND: 2,
      SPACE_TO_DEPTH: 2,
      SPLIT: 2,
      SPLIT_V: 2,
      SQUEEZE: 1,
      STRIDED_SLICE: 2,
      TRANSPOSE: 2,
      UNPACK: 2,
    });
  });

  it('stores the versions of functions of numbers, and of operators on integers and conditions', () => {
    const { operatorCodes } = readTflite(writeTflite(plainOperators())).container;
    const above = operatorCodes.filter(({ version }) => version > 1);
    expect(Object.fromEntries(above.map(({ name, version }) => [name, version]))).toEqual({
      ABS: 2,
      EQUAL: 2,
      FLOOR_DIV: 2,
      GREATER: 2,
      GREATER_EQUAL: 2,
      LESS: 2,
      LESS_EQUAL: 2,
      NOT_EQUAL: 2,
      RSQRT: 2,
    });
  });

  it('gives a convolution in groups version 6, a dilated float depthwise one version 2', () => {
    const graph = new TestGraph();
    const same = { padding: 'same', strides: [1, 1], activation: 'none' } as const;
    const [input, image] = [graph.input(float32(1, 4, 4, 4)), float32(1, 4, 4, 4)];
    const grouped = graph.node(
      'conv_2d',
      { ...same, dilations: [1, 1] },
      [input, graph.constant(float32(4, 1, 1, 2))],
      graph.value(image),
    );
    const depthwise = graph.node(
      'depthwise_conv_2d',
      { ...same, dilations: [1, 2], depthMultiplier: 1 },
      [grouped, graph.constant(float32(1, 2, 2, 4)), graph.constant(float32(4))],
      graph.value(image),
    );
    expect(readTflite(writeTflite(graph.build(depthwise))).container.nodeVersions).toEqual([6, 2]);
  });

  it.each([
    ['none', false, 1],
    ['none', true, 3],
    ['relu', true, 4],
  ] as const)('gives TRANSPOSE_CONV with %s and bias: %s version %i', (activation, withBias, version) => {
    const graph = new TestGraph();
    const operands = [graph.input(float32(1, 2, 2, 1)), graph.constant(float32(1, 2, 2, 1))];
    if (withBias) operands.push(graph.constant(float32(1)));
    const output = graph.node(
      'transpose_conv',
      { padding: 'same', strides: [2, 2], outputShape: [1, 4, 4, 1], activation },
      operands,
      graph.value(float32(1, 4, 4, 1)),
    );
    expect(readTflite(writeTflite(graph.build(output))).container.nodeVersions).toEqual([version]);
  });

  it.each([
    ['fc_16x8_batch2_relu', 7],
    ['fc_16x8_bias32', 7],
    ['conv_16x8_same_s2', 4],
    ['conv_16x8_d2_nobias', 4],
    ['dwconv_16x8_dm2_s2', 5],
    ['tconv_16x8_s2', 3],
    ['bmm_int16_adj_y', 3],
    ['fc_int4_per_tensor', 10],
    ['conv_int4_per_channel', 7],
    ['abs_int16', 3],
    ['add_int16_offsets', 3],
    ['avgpool_int16_same_n1_to_1', 3],
    ['broadcast_to_int16', 3],
    ['cast_int16_int8', 3],
    ['cast_int32_int16', 1],
    ['concat_int16_scales_differ', 3],
    ['expand_dims_int16', 1],
    ['leaky_relu_int16', 2],
    ['logistic_int16_pot_scale', 3],
    ['maximum_int16_bcast', 4],
    ['mean_int16_last', 3],
    ['minimum_int16', 4],
    ['mul_int16_bcast_relu', 4],
    ['pack_int16', 3],
    ['pad_int16', 3],
    ['padv2_int16', 3],
    ['prelu_int16', 1],
    ['relu6_int16_offset', 3],
    ['relu_int16_rescale', 3],
    ['resize_nearest_int16_half', 4],
    ['slice_int16', 4],
    ['softmax_int16_beta', 3],
    ['split_int16_axis1', 4],
    ['strided_slice_int16', 1],
    ['sub_int16_rescale', 5],
    ['sum_int16_rescale', 1],
    ['tanh_int16_fine_scale', 3],
    ['transpose_int16', 5],
    ['unpack_int16', 4],
  ])('gives %s version %i', (name, version) => {
    const { graph } = readTflite(fixture('tflm', `${name}.tflite`));
    expect(readTflite(writeTflite(graph)).container.nodeVersions).toEqual([version]);
  });

  it.each([
    ['add_int16_offsets', AddOptions, false],
    ['sub_int16_rescale', SubOptions, false],
    ['add_int8', AddOptions, true],
  ] as const)('says of %s whether its int16 scales are powers of 2', (name, Options, expected) => {
    const { graph } = readTflite(fixture('tflm', `${name}.tflite`));
    const model = Model.getRootAsModel(new ByteBuffer(writeTflite(graph)));
    const options = new Options();
    model.subgraphs(0)?.operators(0)?.builtinOptions(options);
    expect(options.potScaleInt16()).toBe(expected);
  });

  it('says how wide the sums are of an int16 operator that has no bias to say it', () => {
    const graph = new TestGraph();
    const int16 = (...shape: number[]): TensorType => ({ dtype: 'int16', shape, quant: perTensor(1, 0) });
    const weights = (...shape: number[]) =>
      graph.constant({ dtype: 'int8', shape, quant: perTensor(0.5, 0) });
    const plain = { activation: 'none', accumulator: 'int32' } as const;
    const pixel = graph.node(
      'conv_2d',
      { ...plain, padding: 'same', strides: [1, 1], dilations: [1, 1] },
      [graph.input(int16(1, 1, 1, 2)), weights(2, 1, 1, 2)],
      graph.value(int16(1, 1, 1, 2)),
    );
    const output = graph.node(
      'fully_connected',
      { ...plain, keepNumDims: false },
      [pixel, weights(3, 2)],
      graph.value(int16(1, 3)),
    );
    const read = readTflite(writeTflite(graph.build(output)));
    expect(read.container.nodeVersions).toEqual([8, 11]);
    expect(read.graph.nodes.map(({ attributes }) => attributes)).toMatchObject([plain, plain]);
  });

  it('leaves an absent bias of a convolution out', () => {
    const graph = new TestGraph();
    const output = graph.node(
      'transpose_conv',
      { padding: 'same', strides: [2, 2], outputShape: [1, 4, 4, 1], activation: 'none' },
      [graph.input(float32(1, 2, 2, 1)), graph.constant(float32(1, 2, 2, 1))],
      graph.value(float32(1, 4, 4, 1)),
    );
    const file = writeTflite(graph.build(output));
    // The output shape comes last of the tensors and first of the operands.
    expect(occurrences(file, new Uint8Array(Int32Array.of(3, 3, 1, 0).buffer))).toBe(1);
    expect(readTflite(file).graph.nodes[0].inputs).toEqual([0, 1]);
  });

  it.each([
    ['quantize', 'int16', 'int8', 1],
    ['quantize', 'int8', 'int16', 2],
    ['quantize', 'int16', 'int32', 1],
    ['dequantize', 'int16', 'float32', 3],
    ['dequantize', 'uint8', 'float32', 1],
  ] as const)('gives %s of %s to %s version %i', (kind, from, to, version) => {
    const graph = new TestGraph();
    const type = (dtype: typeof from | typeof to): TensorType =>
      dtype === 'float32' ? float32(1, 4) : { dtype, shape: [1, 4], quant: perTensor(0.5, 0) };
    const output = graph.node(kind, {}, [graph.input(type(from))], graph.value(type(to)));
    const { container } = readTflite(writeTflite(graph.build(output)));
    expect(container.nodeVersions).toEqual([version]);
  });

  it('gives MUL version 3 where the product outgrows the output scale', () => {
    const graph = new TestGraph();
    const a = graph.input(int8([1, 4], 0.5, 0));
    const product = graph.node('mul', { activation: 'none' }, [a, a], graph.value(int8([1, 4], 0.25, 0)));
    expect(readTflite(writeTflite(graph.build(product))).container.nodeVersions).toEqual([3]);
  });

  it('gives equal bytes for equal graphs', () => {
    expect(writeTflite(sineNet())).toEqual(writeTflite(sineNet()));
  });

  it('spends little on a small network', () => {
    const file = writeTflite(sineNet());
    const { constantBytes } = readTflite(file).container;
    expect(constantBytes).toBe(420);
    expect(file.length).toBeLessThanOrEqual(1428);
  });

  it('aligns constants to 16 bytes and zero points to 8', () => {
    const graph = everyOperator();
    const file = writeTflite(graph);
    const weights = [...graph.values.values()].find(({ type }) => type.shape[0] === 5)?.data;
    expect(Buffer.from(file).indexOf(bytesOf(weights as Int8Array)) % 16).toBe(0);
    expect(weights).toBeInstanceOf(Int8Array);
    const one128 = Buffer.from('0100000080ffffffffffffff', 'hex');
    const at = Buffer.from(file).indexOf(one128);
    expect(at).toBeGreaterThan(0);
    expect((at + 4) % 8).toBe(0);
  });

  it('stores equal constants, vectors and tables once', () => {
    const weights = Float32Array.from({ length: 64 * 64 }, (_, index) => Math.sin(index));
    const layers = (count: number): Uint8Array => {
      const graph = new TestGraph();
      let value = graph.input(float32(1, 64));
      for (let layer = 0; layer < count; layer++) {
        const operands = [value, graph.constant(float32(64, 64), weights.slice())];
        const attributes = { activation: 'relu', keepNumDims: false } as const;
        value = graph.node('fully_connected', attributes, operands, graph.value(float32(1, 64)));
      }
      return writeTflite(graph.build(value));
    };
    const [one, two] = [layers(1), layers(2)];
    expect(occurrences(one, bytesOf(weights))).toBe(1);
    expect(occurrences(two, bytesOf(weights))).toBe(1);
    expect(readTflite(two).container.constantBytes).toBe(weights.byteLength);
    // Tensors, an operator and the vectors that name them; the options, shapes and buffers are there already.
    expect(two.length - one.length).toBeLessThan(120);
  });

  it('leaves out names that are not of inputs or outputs, and values nobody uses', () => {
    const graph = sineNet();
    const values = new Map(
      [...graph.values].map(([id, value]) => [id, { ...value, name: `${value.name}/secret` }]),
    );
    values.set(99, { id: 99, name: 'unused', type: float32(7) });
    const file = writeTflite({ ...graph, values });
    expect(occurrences(file, Buffer.from('/secret'))).toBe(2);
    expect(readTflite(file).container.tensorCount).toBe(10);
  });

  it('writes an absent bias as operand -1', () => {
    const graph = new TestGraph();
    const input = graph.input(float32(1, 3));
    const weights = graph.constant(float32(2, 3));
    const output = graph.node(
      'fully_connected',
      { activation: 'none', keepNumDims: false },
      [input, weights],
      graph.value(float32(1, 2), 'output'),
    );
    const file = writeTflite(graph.build(output));
    expect(occurrences(file, new Uint8Array(Int32Array.of(3, 0, 1, -1).buffer))).toBe(1);
    expect(readTflite(file).graph.nodes[0].inputs).toEqual([0, 1]);
  });

  it('writes an offline plan as TFLM reads it', () => {
    const graph = sineNet();
    const plain = writeTflite(graph);
    const count = readOutline(plain).outline.subgraphs[0].tensors.length;
    const offlinePlan = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? -1 : 16 * index));
    const planned = writeTflite(graph, { offlinePlan });
    expect(readOutline(planned).outline).toEqual({ ...readOutline(plain).outline, offlinePlan });
    expect(readTflite(planned).graph).toEqual(graph);
    expect(occurrences(planned, new Uint8Array(Int32Array.of(1, 1, count, ...offlinePlan).buffer))).toBe(1);
    expect(() => writeTflite(graph, { offlinePlan: offlinePlan.slice(1) })).toThrow(/offsets are not a plan/);
  });
});
