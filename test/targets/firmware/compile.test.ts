import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import type { Preparation } from '../../../src/core/samples/preparation.ts';
import { elementBytes, type TensorType } from '../../../src/core/tensor.ts';
import { parseSelfTestLine } from '../../../src/models/firmware/self-test-log.ts';
import { arduinoSketch } from '../../../src/targets/firmware/arduino-sketch.ts';
import type { Firmware, FirmwareFile } from '../../../src/targets/firmware/firmware.ts';
import { selfTestModel } from '../../../src/targets/firmware/self-test-line.ts';
import { tflmTree } from '../../../src/targets/firmware/tflm-tree.ts';
import { runNative, runOnCortexM4 } from '../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../cross/probe.ts';
import { nodeFirmware, programSources, sampleFirmware } from './sample-firmware.ts';

const HOSTILE = 'x"\\\n#error newline\r??/\\ */ /* // \u2028 \u0000 ??/ naïve';
const HOSTILE_LABEL = '"??/\\ %s %n */ naïve 7';
/** Names, labels and comments that would end a string, a comment or a line. */
function hostile(firmware: Firmware): Firmware {
  const labels = Array.from(
    { length: firmware.outputs[0].length },
    (_, index) => `${HOSTILE_LABEL} ${index}`,
  );
  return {
    ...firmware,
    inputs: firmware.inputs.map((input) => ({ ...input, name: HOSTILE })),
    outputs: firmware.outputs.map((output) => ({ ...output, name: `${HOSTILE}\\` })),
    decision: { kind: 'argmax', labels },
  };
}

/** The same for one of several ends, which functions are called by. */
function hostileEnds(firmware: Firmware): Firmware {
  const inputs = firmware.inputs.map((input, index) => ({
    ...input,
    name: `${HOSTILE}${'x'.repeat(index)}`,
  }));
  const outputs = firmware.outputs.map((output, index) => ({ ...output, name: `int${'8'.repeat(index)}` }));
  return { ...firmware, inputs, outputs };
}

/** Each output decides between classes whose names would end a string or a name. */
function deciding(firmware: Firmware): Firmware {
  const outputs = firmware.outputs.map((output) => ({
    ...output,
    labels: Array.from({ length: Math.max(2, output.length) }, (_, index) => `${HOSTILE_LABEL} ${index}`),
  }));
  return { ...firmware, outputs };
}

/** Each output is the first of its values, and decides between two classes. */
function single(firmware: Firmware): Firmware {
  return {
    ...firmware,
    outputs: firmware.outputs.map((output) => ({
      ...output,
      shape: [1, 1],
      length: 1,
      labels: ['off', 'on: air'],
    })),
    vectors: firmware.vectors.map(({ inputs, outputs }) => ({
      inputs,
      outputs: outputs.map((output) => output.slice(0, 1)),
    })),
  };
}

const int16: TensorType = { dtype: 'int16', shape: [1, 4], quant: perTensor(0.000625, 3) };
const int32: TensorType = { dtype: 'int32', shape: [1, 4], quant: perTensor(2 ** -15, 0) };
const int8: TensorType = { dtype: 'int8', shape: [1, 4], quant: perTensor(0.05, -7) };
const bool: TensorType = { dtype: 'bool', shape: [1, 4] };
const share: TensorType = { dtype: 'int16', shape: [1, 4], quant: perTensor(1 / 65536, -32768) };

/** Integers of 32 bits that are so small that a float holds what they stand for. */
function smallVectors(firmware: Firmware): Firmware {
  const vectors = firmware.vectors.slice(0, 1).concat(
    firmware.vectors.slice(1).map(({ inputs: [{ length }] }, at) => {
      const input = Int32Array.from({ length }, (_, index) => (at + 1) * 1001 - 777 * index);
      const output = Int16Array.from(input, (x) => Math.round(x / 2 ** 15 / 2 ** -10));
      return { inputs: [input], outputs: [output] };
    }),
  );
  return { ...firmware, vectors };
}

const PREPARATION: Preparation = {
  version: 1,
  inputShape: [2, 2],
  steps: [
    {
      step: 'one-hot',
      parameters: { columns: [{ column: 1, texts: [HOSTILE_LABEL, 'b'], places: [0, -1] }] },
    },
    { step: 'level', parameters: { measure: 'rms', level: 1, floor: 0.125 } },
  ],
};

/** Every kind of input, output and decision there is. */
const SAMPLES: Readonly<Record<string, Firmware>> = {
  'int8 in and out': sampleFirmware('fc_w128'),
  'hostile names and labels': hostile(sampleFirmware('softmax_rank4')),
  'argmax without labels': sampleFirmware('softmax_rank4', { decision: { kind: 'argmax' } }),
  normalized: sampleFirmware('fc_w128', {
    normalization: { offset: [0.25, -3], scale: [1.5, 0.1] },
  }),
  prepared: sampleFirmware('fc_w128', { preparation: PREPARATION }),
  anomaly: sampleFirmware('softmax_rank4', {
    decision: { kind: 'anomaly', threshold: 0.5 },
    normalization: { offset: [0.25], scale: [1.5] },
  }),
  'float in, int8 out': sampleFirmware('quantize_f32_int8'),
  'uint8 in, int8 out': sampleFirmware('quantize_uint8_int8'),
  'int8 in, float out': sampleFirmware('dequantize_int8'),
  'float kernels': sampleFirmware('softmax_f32', { bitExact: false }),
  'a state': sampleFirmware('fc_w128', { isStateful: true }),
  variables: sampleFirmware('fc_w128', { isStateful: true, variables: { count: 2, beginOtherwise: false } }),
  'variables that begin otherwise': sampleFirmware('fc_w128', {
    isStateful: true,
    variables: { count: 1, beginOtherwise: true },
  }),
  'two inputs': sampleFirmware('add_int8'),
  'several outputs': sampleFirmware('split_axis_neg'),
  'classes of several outputs': deciding(sampleFirmware('split_axis_neg')),
  'classes of single values': single(sampleFirmware('split_axis_neg')),
  'hostile names of inputs': hostileEnds(sampleFirmware('add_int8')),
  'hostile names of outputs': hostileEnds(sampleFirmware('split_axis_neg')),
  'indices out': sampleFirmware('arg_max_last'),
  'one value': sampleFirmware('mean_all'),
  'two labels': sampleFirmware('mean_all', { decision: { kind: 'threshold', labels: ['off', 'on: air'] } }),
  'int16 in, int32 out': nodeFirmware('quantize', {}, { inputs: [int16], output: int32 }),
  'int32 in, int16 out': smallVectors(
    nodeFirmware('quantize', {}, { inputs: [int32], output: { ...int16, quant: perTensor(2 ** -10, 0) } }),
  ),
  'int8 in, uint8 out': nodeFirmware(
    'quantize',
    {},
    { inputs: [int8], output: { ...int8, dtype: 'uint8', quant: perTensor(0.05, 121) } },
  ),
  'argmax of int16': nodeFirmware(
    'softmax',
    { beta: 1 },
    { inputs: [int8], output: share },
    { decision: { kind: 'argmax' } },
  ),
  'integers for themselves': sampleFirmware('add_int32'),
  'bool in and out': nodeFirmware('logical_not', {}, { inputs: [bool], output: bool }),
  'float and bool in, float out': nodeFirmware(
    'select_v2',
    {},
    {
      inputs: [bool, { dtype: 'float32', shape: [1, 4] }, { dtype: 'float32', shape: [1, 4] }],
      output: { dtype: 'float32', shape: [1, 4] },
    },
    { bitExact: false },
  ),
  'index of floats': nodeFirmware(
    'arg_max',
    { axis: 1 },
    { inputs: [{ dtype: 'float32', shape: [1, 4] }], output: { dtype: 'int32', shape: [1] } },
    { bitExact: false },
  ),
  'a lower bound': sampleFirmware('fc_w128', {
    arena: [{ target: 'chirale', bytes: 1072, unknownOperators: ['SVDF', HOSTILE] }],
  }),
};

const LAYOUTS: Readonly<Record<string, (firmware: Firmware) => FirmwareFile[]>> = {
  chirale: (firmware) => arduinoSketch(firmware, { sketch: 'sine', library: 'chirale' }),
  'arduino-tflm': (firmware) => arduinoSketch(firmware, { sketch: 'sine', library: 'arduino-tflm' }),
  tflm: (firmware) => tflmTree(firmware).filter(({ path }) => path !== 'self_test_main.cc'),
};

/** What the Serial Plotter of the Arduino IDE takes apart into names and numbers. */
const PLOTTED = /^[^\t :,]+:-?\d+(\.\d{4})?(\t[^\t :,]+:-?\d+(\.\d{4})?)*$/;

const FIRST_FOUR = /^output0\toutput1\toutput2\toutput3$/;

/** The names of the values that are printed, tabs between; FIRST_FOUR unless told. */
const PRINTED_NAMES: Readonly<Record<string, RegExp>> = {
  'hostile names and labels': /^"\?\?\/\\_%s_%n_\*\/_naïve_7_\d+$/,
  'argmax of int16': /^class\d+$/,
  'index of floats': /^output$/,
  'argmax without labels': /^class\d+$/,
  'several outputs': /^(output_t2_[0-3]\t){4}output_t3_0\toutput_t3_1\toutput_t3_2\toutput_t3_3$/,
  'classes of several outputs':
    /^(output_t2_[0-2]\t){3}(output_t[2-5]="\?\?\/\\_%s_%n_\*\/_naïve_7_\d+\t?){4}$/,
  'classes of single values': /^(output_t[2-5]\toutput_t[2-5]=(off|on__air)\t?){4}$/,
  'hostile names of outputs':
    /^(output_int_[0-3]\t){4}output_int8_0\toutput_int8_1\toutput_int8_2\toutput_int8_3$/,
  'indices out': /^output0\toutput1\toutput2$/,
  'one value': /^output$/,
  anomaly: /^error\tanomaly$/,
  'two labels': /^(off|on__air)$/,
};

function itRuns(run: typeof runNative, samples: readonly string[], layouts: readonly string[]): void {
  const cases = samples.flatMap((sample) => layouts.map((layout) => [sample, layout] as const));
  it.each(cases)('%s: %s passes its self-test without a warning', (sample, layout) => {
    const firmware = SAMPLES[sample];
    const { vectors, outputs, digest } = firmware;
    const { stdout, stderr, exitCode } = run(programSources(firmware, LAYOUTS[layout](firmware)), {
      standard: 'c++11',
    });
    expect([stderr, exitCode]).toEqual(['', 0]);
    const bytes = outputs.reduce((sum, { length, element }) => sum + length * elementBytes(element), 0);
    const [first, ...rest] = stdout.trimEnd().split('\r\n');
    expect(parseSelfTestLine(first)).toEqual({
      verdict: 'PASS',
      model: selfTestModel(digest),
      vectors: vectors.length,
      bytes: bytes * vectors.length,
    });
    // The samples are real numbers: quantized again they are inputs that the stub knows, or Invoke() would fail.
    const drawn = layout === 'tflm' ? rest : rest.toSpliced(10, 1);
    expect(drawn.length).toBe(layout === 'tflm' ? vectors.length : 12);
    for (const line of drawn) expect(line).toMatch(PLOTTED);
    if (layout !== 'tflm') expect(rest[10]).toBe(`setup: ${first}`);
    for (const line of drawn)
      expect(line.replaceAll(/:[^\t]*/g, '')).toMatch(PRINTED_NAMES[sample] ?? FIRST_FOUR);
  });
}

const ALL = Object.keys(SAMPLES);

const noNative = missingNative();
describe.skipIf(noNative !== '')(`generated firmware on this machine ${noNative}`, () => {
  itRuns(runNative, ALL, ['chirale']);
  itRuns(runNative, ['int8 in and out'], ['arduino-tflm']);
  itRuns(
    runNative,
    [
      'hostile names and labels',
      'int8 in, float out',
      'a lower bound',
      'variables',
      'variables that begin otherwise',
    ],
    ['tflm'],
  );
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`generated firmware on a Cortex-M4 ${noCortexM4}`, () => {
  itRuns(
    runOnCortexM4,
    ['hostile names and labels', 'hostile names of outputs', 'float kernels', 'two inputs', 'normalized'],
    ['chirale'],
  );
  itRuns(
    runOnCortexM4,
    ['int16 in, int32 out', 'int32 in, int16 out', 'bool in and out', 'integers for themselves'],
    ['arduino-tflm'],
  );
  itRuns(runOnCortexM4, ['int8 in and out'], ['tflm']);
});
