/** What tinyml computes is what TensorFlow Lite Micro recorded, and what that refuses is refused here. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.ts';
import { bytesOf, elementCount } from '../../src/core/tensor.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { OP_KINDS, type OpKind } from '../../src/ops/index.ts';
import { COMPUTED_TYPES, type ComputedType } from '../../src/ops/op.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import {
  bytesAt,
  EXCEPTIONS,
  expectEqual,
  expectEqualConverted,
  expectRecords,
  type Fate,
  fateOf,
  fixtureSet,
  foreignOperators,
  GOLDEN_MODELS,
  KERNELS,
  notRecorded,
  type RecordedSet,
  refusalOf,
  sharedSet,
} from './recorded.ts';

/** How many cases there are of each fate, and of equality for each operator. */
interface Counts {
  readonly fates: Readonly<Record<Fate, number>>;
  readonly equal: Partial<Readonly<Record<OpKind, number>>>;
}

function count({ cases }: RecordedSet): Counts {
  const fates = { equal: 0, refused: 0, 'foreign-operator': 0, loads: 0 };
  const equal: Partial<Record<OpKind, number>> = {};
  for (const recorded of cases) {
    const fate = fateOf(recorded);
    fates[fate]++;
    if (fate !== 'equal') continue;
    for (const kind of recorded.ops.map((name) => name.toLowerCase() as OpKind))
      equal[kind] = (equal[kind] ?? 0) + 1;
  }
  return { fates, equal };
}

/**
 * No recording has them in float32 as a model of one operator; `random.test.ts` holds them against double precision, and
 * the recorded float networks in ../shared run the weighted ones.
 */
const FLOATS_NOT_RECORDED: readonly OpKind[] = [
  'read_variable',
  'abs',
  'add_n',
  'arg_max',
  'arg_min',
  'average_pool_2d',
  'batch_to_space_nd',
  'broadcast_to',
  'cast',
  'ceil',
  'conv_2d',
  'cos',
  'cumsum',
  'depth_to_space',
  'div',
  'elu',
  'equal',
  'exp',
  'expand_dims',
  'fill',
  'floor',
  'floor_div',
  'floor_mod',
  'fully_connected',
  'gather',
  'gather_nd',
  'greater',
  'greater_equal',
  'hard_swish',
  'l2_normalization',
  'l2_pool_2d',
  'leaky_relu',
  'less',
  'less_equal',
  'log',
  'log_softmax',
  'max_pool_2d',
  'maximum',
  'minimum',
  'mirror_pad',
  'neg',
  'not_equal',
  'pack',
  'padv2',
  'prelu',
  'reduce_min',
  'relu',
  'relu6',
  'reshape',
  'resize_bilinear',
  'resize_nearest_neighbor',
  'reverse_v2',
  'round',
  'rsqrt',
  'sin',
  'slice',
  'space_to_batch_nd',
  'space_to_depth',
  'split',
  'split_v',
  'sqrt',
  'square',
  'squared_difference',
  'squeeze',
  'sub',
  'svdf',
  'tile',
  'transpose',
  'tflite_detection_postprocess',
  'unpack',
  'zeros_like',
];

/** Nor have these any recording in int8. */
const NEVER_RECORDED: readonly OpKind[] = [
  'read_variable',
  'cast',
  'div',
  'fill',
  'gather_nd',
  'less_equal',
  'rsqrt',
  'tile',
  'zeros_like',
];

/** Plain integers and bools, which `random.test.ts` holds against exact ones. */
const PLAIN_NOT_RECORDED: Readonly<Record<'int16' | 'int32' | 'bool' | 'uint8', readonly OpKind[]>> = {
  uint8: ['dequantize'],
  int16: ['read_variable'],
  int32: [
    'assign_variable',
    'read_variable',
    'broadcast_to',
    'concatenation',
    'div',
    'equal',
    'fill',
    'greater',
    'greater_equal',
    'less',
    'less_equal',
    'maximum',
    'minimum',
    'mul',
    'not_equal',
    'pack',
    'pad',
    'padv2',
    'quantize',
    'reshape',
    'reverse_v2',
    'slice',
    'split',
    'split_v',
    'squared_difference',
    'squeeze',
    'strided_slice',
    'tile',
    'zeros_like',
  ],
  bool: [
    'broadcast_to',
    'cast',
    'concatenation',
    'equal',
    'logical_and',
    'logical_not',
    'logical_or',
    'not_equal',
    'reshape',
    'reverse_v2',
    'slice',
    'squeeze',
    'strided_slice',
    'tile',
  ],
};

type Lacking = Readonly<Partial<Record<ComputedType, readonly OpKind[]>>>;

/** Recorded in ../shared, of which nothing is kept here; `random.test.ts` holds them against exact integers too. */
const ONLY_SHARED: Lacking = {
  int8: ['svdf'],
};

function lackingIn(...lists: readonly Lacking[]): (readonly [OpKind, ComputedType])[] {
  return OP_KINDS.flatMap((kind) =>
    COMPUTED_TYPES.filter((type) => lists.some((lacking) => lacking[type]?.includes(kind))).map(
      (type) => [kind, type] as const,
    ),
  );
}

/** Recorded in fixtures/tflm alone. */
const ONLY_FIXTURES: Lacking = {
  float32: ['assign_variable', 'unidirectional_sequence_lstm'],
  int8: ['assign_variable'],
  int16: [
    'abs',
    'assign_variable',
    'broadcast_to',
    'cast',
    'expand_dims',
    'maximum',
    'minimum',
    'pad',
    'padv2',
    'prelu',
    'reshape',
    'reverse_v2',
    'slice',
    'split_v',
    'squared_difference',
    'squeeze',
    'transpose',
    'unpack',
  ],
  int32: ['cast'],
  bool: ['select_v2'],
};

const NOT_RECORDED: Lacking = {
  float32: FLOATS_NOT_RECORDED,
  int8: NEVER_RECORDED,
  ...PLAIN_NOT_RECORDED,
};

function recordedCases(set: RecordedSet, expected: Counts): void {
  it('are as many as they should be', () => {
    expect(count(set)).toEqual(expected);
  });

  it.each(set.cases.map((recorded) => [recorded.name, fateOf(recorded), recorded] as const))(
    '%s: %s',
    (name, fate, recorded) => {
      if (fate === 'equal') return expectEqual(set.folder, recorded);
      const model = bytesAt(`${set.folder}/${name}.tflite`);
      if (fate === 'loads') return void createInterpreter(readTflite(model).graph);
      const message = refusalOf(model);
      if (fate === 'foreign-operator')
        expect(foreignOperators(recorded).some((op) => message.includes(op))).toBe(true);
    },
  );
}

describe('recorded operators in fixtures/tflm', () => {
  recordedCases(fixtureSet(), {
    fates: { equal: 173, refused: 20, 'foreign-operator': 0, loads: 0 },
    equal: {
      add_n: 1,
      arg_min: 1,
      batch_matmul: 4,
      broadcast_to: 2,
      cumsum: 1,
      l2_normalization: 1,
      log_softmax: 1,
      reverse_v2: 2,
      abs: 3,
      equal: 1,
      greater: 1,
      greater_equal: 1,
      less: 1,
      not_equal: 1,
      squared_difference: 2,
      arg_max: 1,
      batch_to_space_nd: 1,
      concatenation: 4,
      depth_to_space: 1,
      elu: 1,
      expand_dims: 2,
      gather: 1,
      hard_swish: 1,
      leaky_relu: 3,
      maximum: 2,
      minimum: 2,
      mirror_pad: 1,
      pack: 2,
      pad: 3,
      padv2: 2,
      prelu: 2,
      resize_bilinear: 2,
      resize_nearest_neighbor: 2,
      slice: 2,
      space_to_batch_nd: 1,
      space_to_depth: 1,
      split: 2,
      split_v: 2,
      squeeze: 2,
      strided_slice: 3,
      transpose: 2,
      unpack: 3,
      average_pool_2d: 3,
      conv_2d: 10,
      depthwise_conv_2d: 6,
      max_pool_2d: 2,
      mean: 5,
      reduce_max: 2,
      reduce_min: 1,
      sum: 3,
      transpose_conv: 5,
      add: 9,
      dequantize: 2,
      fully_connected: 13,
      logistic: 6,
      mul: 6,
      quantize: 6,
      relu: 2,
      relu6: 3,
      reshape: 10,
      softmax: 8,
      sub: 5,
      tanh: 7,
      tflm_decode: 6,
      unidirectional_sequence_lstm: 3,
      select_v2: 1,
      cast: 2,
    },
  });

  it('have every operator in every type that it computes', () => {
    expect(notRecorded(fixtureSet())).toEqual(lackingIn(NOT_RECORDED, ONLY_SHARED));
  });
});

const shared = sharedSet();

describe.skipIf(shared === undefined)(`all recorded operators (${NO_SHARED})`, () => {
  if (shared === undefined) return;
  recordedCases(shared, {
    fates: { equal: 376, refused: 34, 'foreign-operator': 1, loads: 1 },
    equal: {
      add_n: 1,
      arg_min: 1,
      batch_matmul: 10,
      broadcast_to: 1,
      cumsum: 1,
      l2_normalization: 2,
      log_softmax: 2,
      reverse_v2: 1,
      abs: 1,
      equal: 1,
      greater: 1,
      greater_equal: 1,
      less: 1,
      not_equal: 1,
      squared_difference: 1,
      arg_max: 2,
      batch_to_space_nd: 2,
      concatenation: 7,
      depth_to_space: 1,
      elu: 3,
      expand_dims: 2,
      gather: 3,
      hard_swish: 2,
      leaky_relu: 3,
      maximum: 3,
      minimum: 2,
      mirror_pad: 3,
      pack: 3,
      pad: 5,
      padv2: 3,
      prelu: 3,
      resize_bilinear: 5,
      resize_nearest_neighbor: 5,
      slice: 3,
      space_to_batch_nd: 1,
      space_to_depth: 1,
      split: 5,
      split_v: 2,
      squeeze: 2,
      strided_slice: 8,
      tflm_decode: 1,
      transpose: 5,
      unpack: 2,
      average_pool_2d: 9,
      conv_2d: 35,
      depthwise_conv_2d: 18,
      max_pool_2d: 8,
      mean: 9,
      reduce_max: 4,
      reduce_min: 1,
      sum: 4,
      transpose_conv: 9,
      add: 11,
      dequantize: 2,
      fully_connected: 35,
      logistic: 25,
      mul: 10,
      quantize: 6,
      relu: 2,
      relu6: 2,
      reshape: 3,
      softmax: 27,
      sub: 10,
      svdf: 5,
      unidirectional_sequence_lstm: 4,
      tanh: 25,
    },
  });

  const wider = shared.cases.filter(
    (one) => fateOf(one) === 'equal' && /int16|int4\*|SVDF|SEQUENCE_LSTM/.test(`${one.dtypes} ${one.ops}`),
  );
  it.each(wider.map((recorded) => [recorded.name, recorded] as const))(
    '%s, rewritten: equal',
    (_, recorded) => expectEqualConverted(shared.folder, recorded),
  );

  it('lacks the operators that the fixtures lack', () => {
    expect(wider.length).toBe(63);
    expect(notRecorded(shared)).toEqual(lackingIn(NOT_RECORDED, ONLY_FIXTURES));
  });

  it('has every named exception', () => {
    const names = shared.cases.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(EXCEPTIONS)));
  });
});

interface ModelFacts {
  readonly model: string;
  readonly records: number;
  readonly tensors_after_record_0: {
    readonly tensors: Readonly<Record<string, { readonly sha256_16: string }>>;
  };
}

describe.skipIf(shared === undefined)(`recorded models (${NO_SHARED})`, () => {
  const golden = (...parts: string[]): string => sharedPath('golden', 'models', ...parts) ?? '';
  const factsOf = (name: string): ModelFacts => JSON.parse(readFileSync(golden(name, 'facts.json'), 'utf8'));
  const load = (name: string, kernels: 'simd' | 'plain') => {
    const { graph } = readTflite(bytesAt(sharedPath(factsOf(name).model) ?? ''));
    return createInterpreter(graph, { kernels });
  };

  const both = (names: readonly string[]) =>
    names.flatMap((name) => KERNELS.map((kernels) => [name, kernels] as const));

  it.each(both(GOLDEN_MODELS))('%s, %s kernels: every record', (name, kernels) => {
    const records = expectRecords(
      load(name, kernels),
      bytesAt(golden(name, 'input.bin')),
      bytesAt(golden(name, 'output.bin')),
    );
    expect(records).toBe(factsOf(name).records);
  });

  it.each(both(['keyword_scrambled_8bit', 'trained_lstm_int8']))(
    '%s, %s kernels: every record from a state that was reset',
    (name, kernels) => {
      const [inputs, outputs] = ['input.bin', 'output_reset.bin'].map((file) => bytesAt(golden(name, file)));
      expect(expectRecords(load(name, kernels), inputs, outputs, true)).toBe(factsOf(name).records);
    },
  );

  it.each(KERNELS)('hello_world_int8, %s kernels: all 256 inputs', (kernels) => {
    const inputs = bytesAt(golden('hello_world_int8', 'all_inputs.bin'));
    const outputs = bytesAt(golden('hello_world_int8', 'all_outputs.bin'));
    expect(new Set(inputs).size).toBe(256);
    expect(expectRecords(load('hello_world_int8', kernels), inputs, outputs)).toBe(256);
  });

  it.each(both(['hello_world_int8', 'ad01_int8', 'micro_speech_quantized', 'vww_96_int8']))(
    '%s, %s kernels: every tensor inside, after record 0',
    (name, kernels) => {
      const interpreter = load(name, kernels);
      const record = new Int8Array(bytesAt(golden(name, 'input.bin'))).subarray(
        0,
        elementCount(interpreter.inputs[0].shape),
      );
      const digests: Record<string, string> = {};
      interpreter.invoke([record], (id, data) => {
        digests[id] = sha256(bytesOf(data)).slice(0, 16);
      });
      const { tensors } = factsOf(name).tensors_after_record_0;
      expect(Object.keys(tensors).length).toBeGreaterThan(3);
      expect(digests).toEqual(
        Object.fromEntries(Object.entries(tensors).map(([id, { sha256_16 }]) => [id, sha256_16])),
      );
    },
  );
});
