import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { type Fields, FlatBuilder, type Ref } from '../../../src/formats/tflite/flat-builder.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import type { Value } from '../../../src/ir/graph.ts';
import { readTflmModel } from '../../../src/models/tflm-model.ts';
import { OP_KINDS } from '../../../src/ops/index.ts';
import { fateOf, fixtureSet } from '../../conformance/recorded.ts';
import { fixture } from '../../fixtures.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

function failure(bytes: Uint8Array): string {
  try {
    readTflmModel(bytes);
  } catch (error) {
    if (error instanceof TinymlError) return `${error.kind} ${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

interface GoldenCase {
  readonly name: string;
  readonly ops: readonly string[];
  readonly dtypes: string;
  readonly tflm: { readonly accepted: boolean };
}

const index = sharedPath('golden', 'ops', 'index.json');
const { cases } = (index === undefined ? { cases: [] } : JSON.parse(readFileSync(index, 'utf8'))) as {
  cases: GoldenCase[];
};
const known = new Set(OP_KINDS.map((kind) => kind.toUpperCase()));
const ours = cases.filter(({ ops }) => ops.every((op) => known.has(op)));
const NEVER_RECORDED = [
  'ASSIGN_VARIABLE',
  'READ_VARIABLE',
  'CAST',
  'CEIL',
  'COS',
  'DIV',
  'EXP',
  'FILL',
  'FLOOR',
  'FLOOR_DIV',
  'FLOOR_MOD',
  'GATHER_ND',
  'L2_POOL_2D',
  'LESS_EQUAL',
  'LOG',
  'LOGICAL_AND',
  'LOGICAL_NOT',
  'LOGICAL_OR',
  'NEG',
  'ROUND',
  'RSQRT',
  'SELECT_V2',
  'SIN',
  'SQRT',
  'SQUARE',
  'TFLITE_DETECTION_POSTPROCESS',
  'TILE',
  'ZEROS_LIKE',
];
const golden = (name: string): Uint8Array =>
  readFileSync(sharedPath('golden', 'ops', `${name}.tflite`) ?? '');

/** TFLM runs them, tinyml does not, and says so. */
const STRICTER: Readonly<Record<string, RegExp>> = {
  edge_dynamic_batch_input: /dynamic-shape: tensor 0 .*\[-1, 8\]/,
  reshape_output_minus1: /dynamic-shape/,
  tconv_16x8_bias32: /int16 input with int32 bias/,
  space_to_batch_rank3: /never sets the value it pads with/,
};

function expectSameAfterWriting(bytes: Uint8Array): void {
  const { graph } = readTflite(bytes);
  const written = writeTflite(graph);
  const again = readTflite(written).graph;
  const typesOf = (values: Iterable<Value>): unknown[] =>
    [...values].map(({ type, data, state }) => ({ type, data, state }));
  expect(typesOf(again.values.values())).toEqual(typesOf(graph.values.values()));
  expect(again.nodes.map(({ kind, attributes }) => ({ kind, attributes }))).toEqual(
    graph.nodes.map(({ kind, attributes }) => ({ kind, attributes })),
  );
  expect(writeTflite(again)).toEqual(written);
}

describe('one-operator models in fixtures/tflm', () => {
  const accepted = fixtureSet().cases.filter((one) => fateOf(one) === 'equal');
  it.each(accepted.map(({ name }) => name))('reads %s, and the same after writing it', (name) => {
    expectSameAfterWriting(fixture('tflm', `${name}.tflite`));
  });
});

describe.skipIf(index === undefined)(`one-operator models (${NO_SHARED})`, () => {
  it('has cases for every operator but those that were never recorded', () => {
    const recorded = new Set([...NEVER_RECORDED, ...ours.flatMap(({ ops }) => ops)]);
    expect(recorded).toEqual(known);
  });

  const accepted = ours.filter((one) => one.tflm.accepted && STRICTER[one.name] === undefined);
  it.each(accepted.map(({ name }) => name))('reads %s, and the same after writing it', (name) => {
    expectSameAfterWriting(golden(name));
  });

  const refused = ours.filter(({ tflm }) => !tflm.accepted);
  it.each(refused.map(({ name }) => name))('refuses %s as TFLM does', (name) => {
    expect(failure(golden(name))).toMatch(/^unsupported /);
  });

  it.each(Object.entries(STRICTER))('refuses %s', (name, sentence) => {
    expect(failure(golden(name))).toMatch(/^unsupported /);
    expect(failure(golden(name))).toMatch(sentence);
  });

  it.each([
    ['edge_dynamic_batch_output', /dynamic-shape: tensor 3 .*\[-1, 4\]/],
    ['edge_unregistered_op', /operand-count: operator 0 \(MIRROR_PAD\): has 3 inputs instead of 2/],
    ['z_off3', /offline-plan: .*5 tensors, but it has 4/],
    ['dequantize_f16', /unsupported-type: tensor 0 .*float16/],
    ['fc_hybrid_f32_int4', /operator 0 \(FULLY_CONNECTED.*float32 input with int4 weights/],
    ['fc_hybrid_f32_int8', /operator 0 \(FULLY_CONNECTED.*float32 input with int8 weights/],
    ['relu_n1_1_int8', /RELU_N1_TO_1/],
  ])('says why it refuses %s', (name, sentence) => {
    expect(failure(golden(name))).toMatch(sentence);
  });

  it('takes the shape of RESHAPE from its output and drops the shape operand', () => {
    const { graph, container } = readTflite(golden('reshape_tensor'));
    expect(graph.nodes[0].inputs).toHaveLength(1);
    expect(graph.nodes[0].attributes).toEqual({ newShape: graph.values.get(graph.outputs[0])?.type.shape });
    expect(container.tensorCount).toBe(graph.values.size + 1);
  });
});

const sine = sharedPath('models', 'tflm', 'hello_world_int8.tflite');
describe.skipIf(sine === undefined)(`models made by TensorFlow (${NO_SHARED})`, () => {
  const model = (...path: string[]): Uint8Array => readFileSync(sharedPath('models', ...path) ?? '');

  it('says what else hello_world holds', () => {
    expect(readTflite(model('tflm', 'hello_world_int8.tflite')).container).toEqual({
      fileBytes: 2704,
      description: 'MLIR Converted.',
      operatorCodes: [{ name: 'FULLY_CONNECTED', version: 4, used: true }],
      nodeVersions: [4, 4, 4],
      nodeOperators: [0, 1, 2],
      constantBytes: 420,
      tensorCount: 10,
      metadataNames: ['min_runtime_version', 'CONVERSION_METADATA'],
    });
  });

  it('reads the parameters of hello_world', () => {
    const { graph } = readTflite(model('tflm', 'hello_world_int8.tflite'));
    const input = graph.values.get(graph.inputs[0]);
    expect(input?.name).toBe('serving_default_dense_input:0');
    expect(input?.type).toEqual({
      dtype: 'int8',
      shape: [1, 1],
      quant: { scheme: 'per-tensor', scale: Math.fround(0.024480115622282028), zeroPoint: -128 },
    });
    expect(graph.nodes.map(({ attributes }) => attributes)).toEqual([
      { activation: 'relu', keepNumDims: false },
      { activation: 'relu', keepNumDims: false },
      { activation: 'none', keepNumDims: false },
    ]);
  });

  it.each([
    ['tflm', 'hello_world_float.tflite', 1980],
    ['tflm', 'hello_world_int8.tflite', 1470],
    ['mlperf-tiny', 'ad01_int8.tflite', 273_584],
  ])('reads %s/%s, written again in at most %i bytes', (folder, name, most) => {
    const { graph } = readTflite(model(folder, name));
    expect(writeTflite(graph).length).toBeLessThanOrEqual(most);
  });

  it('writes an LSTM with what TensorFlow Lite wants to know of it besides', () => {
    const { graph } = readTflite(model('tflm', 'trained_lstm_int8.tflite'));
    const { outline } = readOutline(writeTflite(graph));
    const [{ operators, tensors }] = outline.subgraphs;
    expect(operators[0].inputs).toHaveLength(24);
    expect(operators[0].intermediates.map((index) => tensors[index].shape)).toEqual(Array(5).fill([0]));
    expectSameAfterWriting(model('tflm', 'trained_lstm_int8.tflite'));
  });
});

/** A model of one RELU whose parts can be replaced. */
interface Parts {
  readonly version?: number;
  readonly subgraphs?: number;
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
  readonly operands?: readonly number[];
  readonly opcodeIndex?: number;
  readonly tensor?: (file: FlatBuilder) => Fields<'Tensor'>;
  readonly operator?: (file: FlatBuilder) => Fields<'Operator'>;
  readonly bufferSize?: number;
  readonly buffer?: (file: FlatBuilder) => Ref;
  readonly offlinePlan?: readonly number[];
  readonly code?: number;
}

function oneRelu(parts: Parts = {}): Uint8Array {
  const file = new FlatBuilder();
  const shape = file.scalars('int32', [1, 4]);
  const tensors: Ref[] = [
    file.table('Tensor', { shape, name: file.string('x'), ...parts.tensor?.(file) }),
    file.table('Tensor', { shape, name: file.string('y') }),
    file.table('Tensor', { shape, buffer: 1, name: file.string('c') }),
  ];
  const operator = file.table('Operator', {
    opcode_index: parts.opcodeIndex ?? 0,
    inputs: file.scalars('int32', parts.operands ?? [0]),
    outputs: file.scalars('int32', [1]),
    ...parts.operator?.(file),
  });
  const subgraph = file.table('SubGraph', {
    tensors: file.tables(tensors),
    inputs: file.scalars('int32', parts.inputs ?? [0]),
    outputs: file.scalars('int32', parts.outputs ?? [1]),
    operators: file.tables([operator]),
  });
  const code = file.table('OperatorCode', { deprecated_builtin_code: parts.code ?? 19 });
  const size = parts.bufferSize ?? 16;
  const planBytes = new Uint8Array(Int32Array.from(parts.offlinePlan ?? []).buffer);
  const plan = file.bytes(planBytes, planBytes.length, 16);
  const model = file.table('Model', {
    version: parts.version ?? 3,
    operator_codes: file.tables([code]),
    subgraphs: file.tables(new Array<Ref>(parts.subgraphs ?? 1).fill(subgraph)),
    buffers: file.tables([
      file.table('Buffer', {}),
      parts.buffer?.(file) ?? file.table('Buffer', { data: file.bytes(new Uint8Array(size), size, 16) }),
      file.table('Buffer', { data: plan }),
    ]),
    metadata: file.tables(
      parts.offlinePlan === undefined
        ? []
        : [file.table('Metadata', { name: file.string('OfflineMemoryAllocation'), buffer: 2 })],
    ),
  });
  return file.finish(model, 'TFL3');
}

describe('readTflite', () => {
  const quantized =
    (scales: number[], zeroPoints: number[], axis = 0) =>
    (file: FlatBuilder) => ({
      type: 9,
      quantization: file.table('QuantizationParameters', {
        scale: file.scalars('float32', scales),
        zero_point: file.scalars('int64', zeroPoints),
        quantized_dimension: axis,
      }),
    });

  const fullyConnected = (options: Fields<'FullyConnectedOptions'>) => (file: FlatBuilder) => ({
    builtin_options_type: 8,
    builtin_options: file.table('FullyConnectedOptions', options),
  });

  it('accepts an offline plan with one offset for each tensor', () => {
    const { container } = readTflite(oneRelu({ offlinePlan: [1, 1, 3, -1, -1, -1] }));
    expect(container.metadataNames).toEqual(['OfflineMemoryAllocation']);
  });

  it('reads defaults where the options are those of another operator, as TFLM does', () => {
    const softmaxOptions = (type: number) => (file: FlatBuilder) => ({
      builtin_options_type: type,
      builtin_options: file.table('SoftmaxOptions', { beta: 2 }),
    });
    const attributesOf = (type: number): unknown =>
      readTflite(oneRelu({ code: 25, operator: softmaxOptions(type) })).graph.nodes[0].attributes;
    expect(attributesOf(9)).toEqual({ beta: 2 });
    expect(attributesOf(11)).toEqual({ beta: 0 });
  });

  it('reads the biases of TOCO, whose axis is that of the weights', () => {
    const tensor = (file: FlatBuilder) => ({
      ...quantized([1, 2, 3, 4], [0, 0, 0, 0], 3)(file),
      shape: file.scalars('int32', [4]),
    });
    const { graph } = readTflite(oneRelu({ tensor, operands: [2], outputs: [0, 1] }));
    expect(graph.values.get(0)?.type.quant).toMatchObject({ scheme: 'per-axis', axis: 0 });
  });

  it('reads old files, which have only the deprecated code', () => {
    expect(readTflite(oneRelu()).graph.nodes[0].kind).toBe('relu');
  });

  it.each([
    [Number.POSITIVE_INFINITY, /^input scale-not-finite: tensor 0 \("x"\): has the scale Infinity.*diverged/],
    [Number.NaN, /^input scale-not-finite: .*has the scale NaN.*diverged/],
    [-1, /^input corrupt-tflite: .*has the scale -1/],
  ])('says of the scale %s where it comes from', (scale, message) => {
    expect(failure(oneRelu({ tensor: quantized([scale], [0]) }))).toMatch(message);
  });

  it.each<[Parts, RegExp]>([
    [{ version: 2 }, /^unsupported tflite-version: .*version 2/],
    [{ subgraphs: 2 }, /^unsupported several-subgraphs: .*2 subgraphs/],
    [{ subgraphs: 0 }, /^input corrupt-tflite: .*no subgraph/],
    [{ inputs: [9] }, /^input corrupt-tflite: .*input is tensor 9, but there are 3/],
    [{ inputs: [2] }, /^input corrupt-tflite: .*input "c" is a constant/],
    [{ inputs: [] }, /^input corrupt-tflite: .*no input/],
    [{ outputs: [-1] }, /^input corrupt-tflite: .*output is tensor -1/],
    [{ outputs: [] }, /^input corrupt-tflite: .*no output/],
    [{ operands: [7] }, /^input corrupt-tflite: operator 0 \(RELU\): names tensor 7 of 3/],
    [{ operands: [-1] }, /^unsupported operand-count: /],
    [{ opcodeIndex: 3 }, /^input corrupt-tflite: operator 0: names operator code 3 of 1/],
    [{ code: 77 }, /^unsupported unsupported-operator: operator 0: is SHAPE/],
    [{ bufferSize: 15 }, /^input corrupt-tflite: tensor 2 \("c"\): holds 15 bytes .* takes 16/],
    [{ tensor: () => ({ buffer: 5 }) }, /^input corrupt-tflite: tensor 0 \("x"\): names buffer 5 of 3/],
    [{ tensor: () => ({ type: 5 }) }, /^unsupported unsupported-type: tensor 0 \("x"\): holds string/],
    [{ tensor: () => ({ type: 99 }) }, /^unsupported unsupported-type: .*type 99/],
    [{ tensor: () => ({ is_variable: 1 }) }, /^unsupported state-end: "x", an input .*variable/],
    [{ tensor: () => ({ external_buffer: 1 }) }, /^unsupported unsupported-tensor: .*another file/],
    [
      { tensor: (file) => ({ sparsity: file.table('SparsityParameters', {}) }) },
      /^unsupported unsupported-tensor: .*sparse/,
    ],
    [
      { tensor: (file) => ({ shape: file.scalars('int32', [1, 0]) }) },
      /^unsupported dynamic-shape: .*\[1, 0\]/,
    ],
    [
      { tensor: (file) => ({ shape: file.scalars('int32', new Array(9).fill(1)) }) },
      /^unsupported unsupported-shape: .*9 dimensions/,
    ],
    [
      { tensor: (file) => ({ shape: file.scalars('int32', [65536, 65536]) }) },
      /^unsupported model-too-large: .*MiB/,
    ],
    [
      // The field of Metadata lies where Buffer has its offset.
      { buffer: (file) => file.table('Metadata', { buffer: 7 }) },
      /^unsupported unsupported-tensor: .*behind the flatbuffer/,
    ],
    [
      {
        tensor: (file) => ({
          quantization: file.table('QuantizationParameters', {
            details_type: 2,
            details: file.table('BlockwiseQuantization', {}),
          }),
        }),
      },
      /^unsupported unsupported-quantization: .*blocks/,
    ],
    [
      { operator: (file) => ({ custom_options: file.bytes(Uint8Array.of(1), 1, 1) }) },
      /^unsupported unsupported-operator: operator 0 \(RELU\): has custom options/,
    ],
    [
      { code: 9, operands: [0, 2], operator: fullyConnected({ weights_format: 1 }) },
      /^unsupported unsupported-weights: .*shuffled/,
    ],
    [
      { code: 9, operands: [0, 2], operator: fullyConnected({ fused_activation_function: 4 }) },
      /^unsupported unsupported-activation: .*TANH/,
    ],
    [{ offlinePlan: [1, 1] }, /^input corrupt-tflite: .*too short/],
    [{ offlinePlan: [1, 1, 3, -1] }, /^input corrupt-tflite: .*too short for 3 offsets/],
    [{ offlinePlan: [1, 1, 3, -1, 0, -2] }, /^input corrupt-tflite: .*the offset -2/],
    [{ offlinePlan: [1, 1, 2, -1, -1] }, /^unsupported offline-plan: .*2 tensors, but it has 3/],
    [{ tensor: quantized([1], [128]) }, /^unsupported unsupported-quantization: .*zero point 128/],
    [{ tensor: quantized([1, 1, 1], [0, 0], 1) }, /^input corrupt-tflite: .*3 scales and 2 zero points/],
    [
      { tensor: quantized([1, 1, 1, 1], [0, 0, 0, 1], 1) },
      /^unsupported unsupported-quantization: .*other than 0/,
    ],
    [
      { tensor: quantized([1, 1, 1], [0], 1) },
      /^unsupported unsupported-quantization: .*3 scales along axis 1/,
    ],
  ])('refuses %o', (parts, sentence) => {
    expect(failure(oneRelu(parts))).toMatch(sentence);
  });

  it('refuses a small file that repeats a long name too often', () => {
    const file = new FlatBuilder();
    const tensor = file.table('Tensor', {
      shape: file.scalars('int32', [1]),
      name: file.string('x'.repeat(100_000)),
    });
    const subgraph = file.table('SubGraph', { tensors: file.tables(new Array<Ref>(1000).fill(tensor)) });
    const model = file.table('Model', {
      version: 3,
      subgraphs: file.tables([subgraph]),
      buffers: file.tables([file.table('Buffer', {})]),
    });
    expect(failure(file.finish(model, 'TFL3'))).toMatch(/^input corrupt-tflite: .*beyond all measure/);
  });

  it('counts a quantization only where scale and zero point are both there', () => {
    const typeOf = (scales: number[], zeroPoints: number[], axis = 0): unknown => {
      const type = {
        tensor: quantized(scales, zeroPoints, axis),
        operands: [2],
        inputs: [0],
        outputs: [0, 1],
      };
      const { graph } = readTflite(oneRelu(type));
      return graph.values.get(0)?.type.quant;
    };
    expect(typeOf([0.5], [])).toBeUndefined();
    expect(typeOf([], [3])).toBeUndefined();
    expect(typeOf([0.1], [3, 4, 5])).toEqual({ scheme: 'per-tensor', scale: Math.fround(0.1), zeroPoint: 3 });
    expect(typeOf([1, 2, 3, 4], [0], 1)).toEqual({
      scheme: 'per-axis',
      axis: 1,
      scales: Float32Array.of(1, 2, 3, 4),
    });
  });
});
