import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { type Fields, FlatBuilder, type Ref } from '../../../src/formats/tflite/flat-builder.ts';
import { type ModelFile, readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { isFlexOperator, unsizedTensor } from '../../../src/ir/outline.ts';
import { planArena } from '../../../src/planner/plan-arena.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { everyOperator, sineNet } from './models.ts';
import { mutate } from './mutate.ts';

function failure(bytes: Uint8Array): string {
  try {
    readOutline(bytes);
  } catch (error) {
    if (error instanceof TinymlError) return `${error.kind} ${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

/** Builtin codes. */
const IF = 118;
const WHILE = 119;
const CALL_ONCE = 129;
const BATCH_MATMUL = 126;
const CUSTOM = 32;

/** One operator from tensor x to tensor y, beside a constant c; any part can be replaced. */
interface Parts {
  readonly code?: number;
  readonly customCode?: string;
  readonly operator?: (file: FlatBuilder) => Fields<'Operator'>;
  readonly tensor?: (file: FlatBuilder) => Fields<'Tensor'>;
  readonly subgraph?: (file: FlatBuilder) => Fields<'SubGraph'>;
  readonly subgraphs?: number;
  readonly version?: number;
  readonly metadata?: readonly (readonly number[])[];
}

function oneOperator(parts: Parts = {}): Uint8Array {
  const file = new FlatBuilder();
  const shape = file.scalars('int32', [1, 4]);
  const tensors: Ref[] = [
    file.table('Tensor', { shape, name: file.string('x'), ...parts.tensor?.(file) }),
    file.table('Tensor', { shape }),
    file.table('Tensor', { shape, buffer: 1, name: file.string('c') }),
  ];
  const operator = file.table('Operator', {
    inputs: file.scalars('int32', [0, -1]),
    outputs: file.scalars('int32', [1]),
    ...parts.operator?.(file),
  });
  const subgraph = file.table('SubGraph', {
    tensors: file.tables(tensors),
    inputs: file.scalars('int32', [0]),
    outputs: file.scalars('int32', [1]),
    operators: file.tables([operator]),
    ...parts.subgraph?.(file),
  });
  const code = parts.code ?? 19;
  const plans = (parts.metadata ?? []).map((plan) => new Uint8Array(Int32Array.from(plan).buffer));
  const model = file.table('Model', {
    version: parts.version ?? 3,
    description: file.string('by hand'),
    operator_codes: file.tables([
      file.table('OperatorCode', {
        deprecated_builtin_code: Math.min(code, 127),
        builtin_code: code,
        version: 2,
        custom_code: parts.customCode === undefined ? undefined : file.string(parts.customCode),
      }),
      file.table('OperatorCode', { deprecated_builtin_code: 14 }),
    ]),
    subgraphs: file.tables(new Array<Ref>(parts.subgraphs ?? 1).fill(subgraph)),
    buffers: file.tables([
      file.table('Buffer', {}),
      file.table('Buffer', { data: file.bytes(new Uint8Array(16), 16, 16) }),
      ...plans.map((plan) => file.table('Buffer', { data: file.bytes(plan, plan.length, 16) })),
    ]),
    metadata: file.tables(
      plans.map((_, index) =>
        file.table('Metadata', { name: file.string('OfflineMemoryAllocation'), buffer: 2 + index }),
      ),
    ),
  });
  return file.finish(model, 'TFL3');
}

const onlyOperator = (parts: Parts) => readOutline(oneOperator(parts)).outline.subgraphs[0].operators[0];
const firstTensor = (tensor: NonNullable<Parts['tensor']>) =>
  readOutline(oneOperator({ tensor })).outline.subgraphs[0].tensors[0];

describe('readOutline', () => {
  it('says what the file holds', () => {
    const bytes = oneOperator();
    const shape = [1, 4];
    expect(readOutline(bytes)).toEqual({
      outline: {
        subgraphs: [
          {
            tensors: [
              { name: 'x', dtype: 'float32', shape, bytes: 16, storage: 'activation' },
              { name: 't1', dtype: 'float32', shape, bytes: 16, storage: 'activation' },
              { name: 'c', dtype: 'float32', shape, bytes: 16, storage: 'constant' },
            ],
            operators: [
              { name: 'RELU', version: 2, inputs: [0, undefined], outputs: [1], intermediates: [] },
            ],
            inputs: [0],
            outputs: [1],
          },
        ],
      },
      fileBytes: bytes.length,
      description: 'by hand',
      operatorCodes: [
        { name: 'RELU', version: 2, used: true },
        { name: 'LOGISTIC', version: 1, used: false },
      ],
      metadataNames: [],
    } satisfies ModelFile);
  });

  it.each([
    ['int4', 17, 4],
    ['float16', 1, 8],
    ['bfloat16', 18, 8],
    ['resource', 13, 16],
    ['complex128', 11, 64],
  ])('counts %s as TFLM does', (dtype, type, bytes) => {
    expect(firstTensor(() => ({ type }))).toMatchObject({ dtype, bytes });
  });

  it('counts an empty tensor and a scalar', () => {
    expect(firstTensor((file) => ({ shape: file.scalars('int32', [0]) })).bytes).toBe(0);
    expect(firstTensor(() => ({ shape: undefined }))).toMatchObject({ shape: [], bytes: 4 });
  });

  it('takes a variable with data for a variable', () => {
    expect(firstTensor(() => ({ is_variable: 1, buffer: 1 })).storage).toBe('variable');
  });

  it('counts a quantization only with scales and zero points', () => {
    const quantized = (scales: number[], zeroPoints: number[]) =>
      firstTensor((file) => ({
        quantization: file.table('QuantizationParameters', {
          scale: file.scalars('float32', scales),
          zero_point: file.scalars('int64', zeroPoints),
          quantized_dimension: 3,
        }),
      })).quantization;
    expect(quantized([0.5, 0.25], [7])).toEqual({ scales: [0.5, 0.25], zeroPoints: [7], axis: 3 });
    expect(quantized([0.5], [])).toBeUndefined();
    expect(quantized([], [0])).toBeUndefined();
  });

  it('reads the windows of pooling and of convolutions', () => {
    const pool = onlyOperator({
      code: 17,
      operator: (file) => ({
        builtin_options_type: 5,
        builtin_options: file.table('Pool2DOptions', {
          padding: 1,
          stride_h: 2,
          stride_w: 3,
          filter_height: 4,
          filter_width: 5,
        }),
      }),
    });
    expect(pool.window).toEqual({ padding: 'valid', strides: [2, 3], dilations: [1, 1], filter: [4, 5] });
    const convolution = onlyOperator({
      code: 4,
      operator: (file) => ({
        builtin_options_type: 2,
        builtin_options: file.table('DepthwiseConv2DOptions', {
          stride_h: 1,
          stride_w: 2,
          dilation_h_factor: 3,
          dilation_w_factor: 4,
        }),
      }),
    });
    expect(convolution.window).toEqual({ padding: 'same', strides: [1, 2], dilations: [3, 4] });
    expect(onlyOperator({ code: 4 }).window).toBeUndefined();
  });

  it('names custom operators', () => {
    expect(onlyOperator({ code: CUSTOM, customCode: 'Spectrogram' })).toMatchObject({
      name: 'CUSTOM',
      customName: 'Spectrogram',
    });
    expect(onlyOperator({ code: 9999 }).name).toBe('operator code 9999');
  });

  it('reads which subgraphs run, and what BATCH_MATMUL transposes', () => {
    const run = (code: number, type: number, options: (file: FlatBuilder) => Ref) =>
      onlyOperator({
        code,
        subgraphs: 3,
        operator: (file) => ({ builtin_options_type: type, builtin_options: options(file) }),
      });
    const branch = run(IF, 92, (file) =>
      file.table('IfOptions', { then_subgraph_index: 1, else_subgraph_index: 2 }),
    );
    const loop = run(WHILE, 93, (file) =>
      file.table('WhileOptions', { cond_subgraph_index: 2, body_subgraph_index: 1 }),
    );
    const once = run(CALL_ONCE, 103, (file) => file.table('CallOnceOptions', { init_subgraph_index: 2 }));
    const product = run(BATCH_MATMUL, 101, (file) => file.table('BatchMatMulOptions', { adj_y: 1 }));
    expect([branch.calls, loop.calls, once.calls]).toEqual([[1, 2], [2, 1], [2]]);
    expect(product.adjoint).toEqual([false, true]);
    expect(onlyOperator({ code: BATCH_MATMUL }).adjoint).toEqual([false, false]);
  });

  it('reads the offline plan, the last of several as TFLM does', () => {
    const plan = [1, 1, 3, 0, 16, -1];
    const { outline, metadataNames } = readOutline(oneOperator({ metadata: [[1, 1, 3, 32, 48, -1], plan] }));
    expect(outline.offlinePlan).toEqual([0, 16, -1]);
    expect(metadataNames).toEqual(['OfflineMemoryAllocation', 'OfflineMemoryAllocation']);
  });

  it.each<[Parts, RegExp]>([
    [{ tensor: () => ({ type: 5 }) }, /^tensor 0 \("x"\) holds string, for which .* no size\.$/],
    [{ tensor: () => ({ type: 14 }) }, /holds variant/],
    [{ tensor: () => ({ type: 19 }) }, /holds int2/],
    [{ tensor: () => ({ type: 99 }) }, /holds type 99/],
    [{ tensor: (file) => ({ shape: file.scalars('int32', [-1, 4]) }) }, /has shape \[-1, 4\], and every/],
  ])('describes tensors without a size: %o', (parts, sentence) => {
    const { outline } = readOutline(oneOperator(parts));
    expect(outline.subgraphs[0].tensors[0].bytes).toBe(0);
    expect(unsizedTensor(outline)).toMatch(sentence);
    expect(() => planArena(outline, 'x86-64')).toThrow(sentence);
  });

  it('knows the operators of TensorFlow itself by their names', () => {
    const named = (customCode: string) =>
      readOutline(oneOperator({ code: CUSTOM, customCode })).outline.subgraphs[0].operators[0];
    expect(isFlexOperator(named('FlexTensorListReserve'))).toBe(true);
    expect(isFlexOperator(named('MyFlex'))).toBe(false);
  });

  it.each<[Parts, RegExp]>([
    [{ version: 2 }, /^unsupported tflite-version: .*version 2/],
    [{ subgraphs: 0 }, /^input corrupt-tflite: .*no subgraph/],
    [{ tensor: () => ({ buffer: 7 }) }, /^input corrupt-tflite: .*names buffer 7 of 2/],
    [
      { tensor: (file) => ({ shape: file.scalars('int32', [2 ** 30, 2 ** 30]) }) },
      /^unsupported model-too-large/,
    ],
    [
      { operator: (file) => ({ outputs: file.scalars('int32', [-1]) }) },
      /^input corrupt-tflite: operator 0: names tensor -1 of 3/,
    ],
    [
      { operator: (file) => ({ inputs: file.scalars('int32', [3]) }) },
      /^input corrupt-tflite: operator 0: names tensor 3 of 3/,
    ],
    [
      { operator: (file) => ({ intermediates: file.scalars('int32', [1]) }) },
      /^unsupported unsupported-intermediate: operator 0: .*tensor 1 of 16 bytes/,
    ],
    [{ operator: () => ({ opcode_index: 2 }) }, /^input corrupt-tflite: .*operator code 2 of 2/],
    [
      { subgraph: (file) => ({ inputs: file.scalars('int32', [9]) }) },
      /^input corrupt-tflite: .*input is tensor 9/,
    ],
    [
      { subgraphs: 2, subgraph: (file) => ({ outputs: file.scalars('int32', [-1]) }) },
      /^input corrupt-tflite: subgraph 0: The output is tensor -1/,
    ],
    [{ code: IF }, /^input corrupt-tflite: operator 0: does not say which subgraph it runs/],
    [
      {
        code: CALL_ONCE,
        operator: (file) => ({
          builtin_options_type: 103,
          builtin_options: file.table('CallOnceOptions', { init_subgraph_index: 1 }),
        }),
      },
      /^input corrupt-tflite: operator 0: runs subgraph 1 of 1/,
    ],
    [{ metadata: [[1, 1, 2, 0, 0]] }, /^unsupported offline-plan: .*2 tensors, but it has 3/],
    [{ metadata: [[1, 1, 3, 0, 0, -5]] }, /^input corrupt-tflite: .*the offset -5/],
  ])('refuses %o', (parts, sentence) => {
    expect(failure(oneOperator(parts))).toMatch(sentence);
  });
});

describe('damaged files', () => {
  const files = [sineNet(true), everyOperator()].map((graph) => writeTflite(graph));
  files.push(
    oneOperator({ code: CUSTOM, customCode: 'x', subgraphs: 2, metadata: [[1, 1, 6, 0, 0, 0, 0, 0, 0]] }),
  );

  it.each(files.map((file, index) => [index, file] as const))('file %i is read or refused', (index, file) => {
    const random = createRandom(index, 'outline mutations');
    const outcomes = new Set<string>();
    for (let round = 0; round < 1500; round++) {
      const bytes = mutate(file, random);
      const outcome = failure(bytes);
      outcomes.add(outcome.split(':')[0]);
      expect(outcome).toMatch(/^(no error|input|unsupported)/);
    }
    expect(outcomes).toContain('no error');
    expect(outcomes).toContain('input corrupt-tflite');
    expect(outcomes.size).toBeGreaterThan(3);
  });
});

const golden = sharedPath('golden', 'ops');
describe.skipIf(golden === undefined)(`models that tinyml does not compute (${NO_SHARED})`, () => {
  const outlineOf = (...path: string[]) =>
    readOutline(readFileSync(sharedPath(...path) ?? '')).outline.subgraphs[0];

  it('reads the states of SVDF as variables', () => {
    const { tensors, operators } = outlineOf('models', 'tflm', 'keyword_scrambled_8bit.tflite');
    const states = operators
      .filter(({ name }) => name === 'SVDF')
      .map(({ inputs }) => tensors[inputs[4] ?? -1]);
    expect(states.length).toBeGreaterThan(0);
    expect(states.every(({ storage }) => storage === 'variable')).toBe(true);
    expect(tensors.filter(({ storage }) => storage === 'variable')).toHaveLength(states.length);
  });

  it('reads int4 weights and custom operators', () => {
    const { tensors } = outlineOf('golden', 'ops', 'conv_int4_per_channel.tflite');
    expect(tensors[1]).toMatchObject({ dtype: 'int4', storage: 'constant' });
    expect(tensors[1].bytes).toBe(tensors[1].shape.reduce((a, b) => a * b));
    expect(outlineOf('golden', 'ops', 'z_decode.tflite').operators[0]).toMatchObject({
      name: 'TFLM_DECODE',
    });
  });
});
