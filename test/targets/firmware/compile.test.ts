import { describe, expect, it } from 'vitest';
import { elementBytes } from '../../../src/core/tensor.ts';
import { arduinoSketch } from '../../../src/targets/firmware/arduino-sketch.ts';
import type { Firmware, FirmwareFile } from '../../../src/targets/firmware/firmware.ts';
import { selfTestLine, selfTestModel } from '../../../src/targets/firmware/self-test-line.ts';
import { tflmTree } from '../../../src/targets/firmware/tflm-tree.ts';
import { runNative, runOnCortexM4 } from '../../cross/compile.ts';
import { missingCortexM4, missingNative } from '../../cross/probe.ts';
import { programSources, sampleFirmware } from './sample-firmware.ts';

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

/** Every kind of input, output and decision there is. */
const SAMPLES: Readonly<Record<string, Firmware>> = {
  'int8 in and out': sampleFirmware('fc_w128'),
  'hostile names and labels': hostile(sampleFirmware('softmax_rank4')),
  'argmax without labels': sampleFirmware('softmax_rank4', { decision: { kind: 'argmax' } }),
  normalized: sampleFirmware('fc_w128', {
    normalization: { offset: [0.25, -3], scale: [1.5, 0.1] },
  }),
  'float in, int8 out': sampleFirmware('quantize_f32_int8'),
  'uint8 in, int8 out': sampleFirmware('quantize_uint8_int8'),
  'int8 in, float out': sampleFirmware('dequantize_int8'),
  'float kernels': sampleFirmware('softmax_f32', { bitExact: false }),
  'a state': sampleFirmware('fc_w128', { isStateful: true }),
  'two inputs': sampleFirmware('add_int8'),
  'several outputs': sampleFirmware('split_axis_neg'),
  'indices out': sampleFirmware('arg_max_last'),
  'one value': sampleFirmware('mean_all'),
  'two labels': sampleFirmware('mean_all', { decision: { kind: 'threshold', labels: ['off', 'on: air'] } }),
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
  'argmax without labels': /^class\d+$/,
  'several outputs':
    /^output0_0\toutput0_1\toutput0_2\toutput0_3\toutput1_0\toutput1_1\toutput1_2\toutput1_3$/,
  'indices out': /^output0\toutput1\toutput2$/,
  'one value': /^output$/,
  'two labels': /^on__air$/,
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
    const passed = { model: selfTestModel(digest), vectors: vectors.length, bytes: bytes * vectors.length };
    const verdict = selfTestLine('PASS', (field) => passed[field as keyof typeof passed]);
    const [first, ...rest] = stdout.trimEnd().split('\r\n');
    expect(first).toBe(verdict);
    // The samples are real numbers: quantized again they are inputs that the stub knows, or Invoke() would fail.
    const drawn = layout === 'tflm' ? rest : rest.toSpliced(10, 1);
    expect(drawn.length).toBe(layout === 'tflm' ? vectors.length : 12);
    for (const line of drawn) expect(line).toMatch(PLOTTED);
    if (layout !== 'tflm') expect(rest[10]).toBe(`setup: ${verdict}`);
    for (const line of drawn)
      expect(line.replaceAll(/:[^\t]*/g, '')).toMatch(PRINTED_NAMES[sample] ?? FIRST_FOUR);
  });
}

const ALL = Object.keys(SAMPLES);

const noNative = missingNative();
describe.skipIf(noNative !== '')(`generated firmware on this machine ${noNative}`, () => {
  itRuns(runNative, ALL, ['chirale']);
  itRuns(runNative, ['int8 in and out'], ['arduino-tflm']);
  itRuns(runNative, ['hostile names and labels', 'int8 in, float out', 'a lower bound'], ['tflm']);
});

const noCortexM4 = missingCortexM4();
describe.skipIf(noCortexM4 !== '')(`generated firmware on a Cortex-M4 ${noCortexM4}`, () => {
  itRuns(
    runOnCortexM4,
    ['hostile names and labels', 'float kernels', 'two inputs', 'normalized'],
    ['chirale'],
  );
  itRuns(runOnCortexM4, ['int8 in and out'], ['tflm']);
});
