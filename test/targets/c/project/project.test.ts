/** Projects of every kind of input, output and decision: they compile without a warning, and their self-test passes. */

import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../../src/core/quant-params.ts';
import type { Preparation } from '../../../../src/core/samples/preparation.ts';
import type { TensorType } from '../../../../src/core/tensor.ts';
import { writeTflite } from '../../../../src/formats/tflite/write.ts';
import type { Graph } from '../../../../src/ir/graph.ts';
import type { FirmwareData } from '../../../../src/models/firmware/model-facts.ts';
import {
  exportStandalone,
  type StandaloneOptions,
} from '../../../../src/models/standalone/export-standalone.ts';
import type { AttributesOf, OpKind } from '../../../../src/ops/index.ts';
import { runNative, runOnCortexM4 } from '../../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../../cross/probe.ts';
import { fixture } from '../../../fixtures.ts';
import { oneNode } from '../../../ops/one-node.ts';
import { sumOfTwo } from '../../../ops/sum-of-two.ts';

const HOSTILE_LABEL = '"??/\\ %s %n */ naïve 7';
const VECTORS = 5;

type Sources = Readonly<Record<string, string>>;
type Changes = Partial<StandaloneOptions> & {
  readonly data?: Partial<FirmwareData>;
};

function projectOf(model: Uint8Array, { data, ...options }: Changes = {}): Sources {
  const wishes = { name: 'model', vectors: VECTORS, ...options };
  return exportStandalone(model, wishes, { seed: 1, ...data }).files;
}

const ofFixture =
  (name: string, changes?: Changes): (() => Sources) =>
  () =>
    projectOf(fixture('tflm', `${name}.tflite`), changes);

const ofNode =
  <Kind extends OpKind>(
    kind: Kind,
    attributes: AttributesOf<Kind>,
    types: {
      readonly inputs: readonly TensorType[];
      readonly output: TensorType;
    },
    changes?: Changes,
  ): (() => Sources) =>
  () => {
    const operands = types.inputs.map((type) => ({ type }));
    return projectOf(writeTflite(oneNode(kind, attributes, operands, types.output)), changes);
  };

const HOSTILE = 'x"*/\\\n#error outside\r??/\\ /* // \u2028 ??/ naïve';

/** Names that would end a comment or a line. */
function withHostileNames(graph: Graph): Graph {
  const values = [...graph.values].map(
    ([id, value]) => [id, { ...value, name: `${HOSTILE} ${id}\\` }] as const,
  );
  const nodes = graph.nodes.map((node) => ({ ...node, name: `${HOSTILE}\\` }));
  return { ...graph, nodes, values: new Map(values) };
}

const int16: TensorType = {
  dtype: 'int16',
  shape: [1, 4],
  quant: perTensor(0.000625, 3),
};
const int32: TensorType = {
  dtype: 'int32',
  shape: [1, 4],
  quant: perTensor(2 ** -15, 0),
};
const int8: TensorType = {
  dtype: 'int8',
  shape: [1, 4],
  quant: perTensor(0.05, -7),
};
const share: TensorType = {
  dtype: 'int16',
  shape: [1, 4],
  quant: perTensor(1 / 65536, -32768),
};
const bool: TensorType = { dtype: 'bool', shape: [1, 4] };
const float: TensorType = { dtype: 'float32', shape: [1, 4] };

const PREPARATION: Preparation = {
  version: 1,
  inputShape: [2, 2],
  steps: [
    {
      step: 'one-hot',
      parameters: {
        columns: [{ column: 1, texts: [HOSTILE_LABEL, 'b'], places: [0, -1] }],
      },
    },
    { step: 'level', parameters: { measure: 'rms', level: 1, floor: 0.125 } },
  ],
};

/** Each project with what it prints of its first sample. */
const CASES: Readonly<Record<string, readonly [() => Sources, RegExp]>> = {
  'int8 in and out': [ofFixture('fc_w128'), /^sample 0: output( -?\d+\.\d{4}){4,8}$/],
  'hostile labels': [
    ofNode(
      'softmax',
      { beta: 1 },
      { inputs: [int8], output: { ...int8, quant: perTensor(1 / 256, -128) } },
      {
        labels: [1, 2, 3, 4].map((index) => `${HOSTILE_LABEL} ${index}`),
      },
    ),
    /^sample 0: "\?\?\/\\ %s %n \*\/ naïve 7 1: 0\.2500$/,
  ],
  'hostile names': [
    () => projectOf(writeTflite(withHostileNames(oneNode('relu', {}, [{ type: int8 }], int8)))),
    /^sample 0: output/,
  ],
  'argmax without labels': [
    ofNode('softmax', { beta: 1 }, { inputs: [int8], output: share }),
    /^sample 0: class 0: 0\.2500$/,
  ],
  'two labels': [
    ofFixture('mean_all', { labels: ['off', 'on: air'] }),
    /^sample 0: (off|on: air): -?\d+\.\d{4}$/,
  ],
  normalized: [
    ofFixture('fc_w128', {
      data: { normalization: { offset: [0.25, -3], scale: [1.5, 0.1] } },
    }),
    /^sample 0: output( -?\d+\.\d{4}){4,8}$/,
  ],
  prepared: [ofFixture('fc_w128', { data: { preparation: PREPARATION } }), /^sample 0: output /],
  anomaly: [
    ofNode(
      'relu',
      {},
      { inputs: [int8], output: int8 },
      {
        data: {
          anomalyThreshold: 0.5,
          normalization: { offset: [0.25], scale: [1.5] },
        },
      },
    ),
    /^sample 0: error \d+\.\d{4}, (normal|an anomaly)$/,
  ],
  'float in, int8 out': [ofFixture('quantize_f32_int8'), /^sample 0: output/],
  'uint8 in, int8 out': [ofFixture('quantize_uint8_int8'), /^sample 0: output/],
  'int8 in, float out': [ofFixture('dequantize_int8'), /^sample 0: output/],
  'float kernels': [ofFixture('concat_f32'), /^sample 0: output/],
  'two inputs': [ofFixture('add_int8'), /^sample 0: output/],
  'several outputs': [ofFixture('split_axis_neg'), /^sample 0: output_t2: .* output_t3: /],
  'indices out': [ofFixture('arg_max_last'), /^sample 0: output( \d+)+$/],
  'one value in and out': [ofFixture('mean_all'), /^sample 0: output -?\d+\.\d{4}$/],
  'int16 in, int32 out': [ofNode('quantize', {}, { inputs: [int16], output: int32 }), /^sample 0: output/],
  'int32 in, int16 out': [ofNode('quantize', {}, { inputs: [int32], output: int16 }), /^sample 0: output/],
  'bool in and out': [
    ofNode('logical_not', {}, { inputs: [bool], output: bool }),
    /^sample 0: output 1 1 1 1$/,
  ],
  'bool and float in': [
    ofNode('select_v2', {}, { inputs: [bool, float, float], output: float }),
    /^sample 0: output 0\.0000/,
  ],
  'a state': [() => projectOf(writeTflite(sumOfTwo())), /^sample 0: input 0\.0000 output 0\.0000$/],
  'a name of its own': [ofFixture('fc_w128', { name: 'Wave2' }), /^sample 0: output/],
};

function lines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/);
}

const PASS = new RegExp(`^tinyml-self-test PASS model=[0-9a-f]{16} vectors=${VECTORS} bytes=\\d+$`);

function itRuns(run: typeof runNative, names: readonly string[]): void {
  it.each(names)('%s', (name) => {
    const [sources, printed] = CASES[name];
    const { stdout, stderr, exitCode } = run(sources(), { strict: true });
    const [verdict, first, ...rest] = lines(stdout);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(verdict).toMatch(PASS);
    expect(first).toMatch(printed);
    expect(rest.length).toBe(VECTORS - 1);
  });
}

const noNative = missingNative();
const noCortexM4 = missingCortexM4();

describe.skipIf(noNative !== '')(`a project passes on this machine ${noNative}`, () => {
  itRuns(runNative, Object.keys(CASES));
});

describe.skipIf(noCortexM4 !== '')(`a project passes on a Cortex-M4 ${noCortexM4}`, () => {
  itRuns(runOnCortexM4, ['hostile labels', 'a state', 'int32 in, int16 out', 'bool and float in', 'anomaly']);
});

const FLOAT_BITS = /0x([0-9a-f]{8})/;

/** The first expected float, moved. */
function moved(sources: Sources, by: number): Sources {
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  const test = sources['model_test.h'].replace(FLOAT_BITS, (_, hex: string) => {
    bits[0] = Number.parseInt(hex, 16);
    value[0] += by;
    return `0x${bits[0].toString(16).padStart(8, '0')}`;
  });
  return { ...sources, 'model_test.h': test };
}

describe.skipIf(noNative !== '')(`floats ${noNative}`, () => {
  const verdict = (sources: Sources): string => lines(runNative(sources, { strict: true }).stdout)[0];

  it('may differ by what compilers round once where the model computes in float, and not by more', () => {
    const sources = ofFixture('concat_f32')();
    expect(verdict(moved(sources, 9e-6))).toContain(' PASS ');
    expect(verdict(moved(sources, 1.2e-5))).toContain(' FAIL ');
    expect(verdict(moved(sources, Number.NaN))).toContain(' FAIL ');
  });

  it('may not differ where the model computes in integers', () => {
    const sources = ofFixture('dequantize_int8')();
    expect(verdict(moved(sources, 2e-6))).toMatch(/ FAIL .* vector=0 output=0 index=0 .* mismatches=[1-4] /);
  });
});
