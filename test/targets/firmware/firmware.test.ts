import { describe, expect, it } from 'vitest';
import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import { arduinoSketch, checkSketchName } from '../../../src/targets/firmware/arduino-sketch.ts';
import { firmwareTensor, isEditable } from '../../../src/targets/firmware/firmware.ts';
import { checkLabels } from '../../../src/targets/firmware/labels.ts';
import { tflmTree } from '../../../src/targets/firmware/tflm-tree.ts';
import { sampleFirmware, textOf } from './sample-firmware.ts';

const SKETCH = { sketch: 'sine', library: 'chirale' } as const;

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing thrown';
}

describe('arduinoSketch', () => {
  it('has the files of a sketch, without .cc', () => {
    expect(arduinoSketch(sampleFirmware('fc_w128'), SKETCH).map(({ path }) => path)).toEqual([
      'sine.ino',
      'model.cpp',
      'model.h',
      'model_settings.h',
      'model_io.h',
      'model_io.cpp',
      'op_resolver.h',
      'golden_vectors.h',
      'golden_vectors.cpp',
      'self_test.h',
      'self_test.cpp',
      'text_line.h',
      'text_line.cpp',
      'README.md',
    ]);
  });

  it('has a function that prepares readings where one offset and scale do not say it, and says what to do with it', () => {
    const preparation = { version: 1, inputShape: [4], steps: [] } as const;
    const files = arduinoSketch(sampleFirmware('fc_w128', { preparation }), SKETCH);
    expect(textOf(files, 'prepare_input.h')).toContain('void prepare_input(float* values);\n');
    expect(textOf(files, 'sine.ino')).toContain('#include "prepare_input.h"\n');
    expect(textOf(files, 'sine.ino')).toContain('of the input, prepared as the model was trained');
    const plain = textOf(arduinoSketch(sampleFirmware('fc_w128'), SKETCH), 'sine.ino');
    expect(plain).toContain('of the input, as your sensor measures it');
    expect(plain).not.toContain('prepare');
  });

  it('includes the library it is for', () => {
    const sketch = (library: 'chirale' | 'arduino-tflm') =>
      textOf(arduinoSketch(sampleFirmware('fc_w128'), { sketch: 'sine', library }), 'sine.ino');
    expect(sketch('chirale')).toContain('#include <Chirale_TensorFlowLite.h>\n');
    expect(sketch('arduino-tflm')).toContain('#include <TensorFlowLite.h>\n');
  });

  it('registers exactly the operators', () => {
    const firmware = sampleFirmware('fc_w128', { operators: ['CONV_2D', 'FULLY_CONNECTED', 'SOFTMAX'] });
    const text = textOf(arduinoSketch(firmware, SKETCH), 'op_resolver.h');
    expect(text).toContain('constexpr int kNumberOperators = 3;\n');
    expect(text.match(/resolver\.\w+\(\) != kTfLiteOk/g)).toEqual(
      ['AddConv2D', 'AddFullyConnected', 'AddSoftmax'].map((method) => `resolver.${method}() != kTfLiteOk`),
    );
    expect(codeOf(() => arduinoSketch(sampleFirmware('fc_w128', { operators: ['NMS'] }), SKETCH))).toBe(
      'no-resolver-method',
    );
  });

  it('says where the arena comes from, and takes the largest', () => {
    const arena = (bytes: number, unknownOperators: string[] = []) =>
      ({ target: 'chirale', bytes, unknownOperators }) as const;
    const settings = (...figures: [ReturnType<typeof arena>, ...ReturnType<typeof arena>[]]) =>
      textOf(arduinoSketch(sampleFirmware('fc_w128', { arena: figures }), SKETCH), 'model_settings.h');
    expect(settings(arena(1072), arena(1168))).toContain('constexpr int kTensorArenaSize = 1168;\n');
    expect(settings(arena(1072))).not.toContain('AT LEAST');
    expect(settings(arena(1072, ['SVDF', 'x\n#error']))).toMatch(
      /\/\/ AT LEAST this many bytes(.|\n)*not known: "SVDF", "x\\n#error"\.\n/,
    );
  });

  it('gives the same text for the same firmware', () => {
    const once = arduinoSketch(sampleFirmware('softmax_rank4'), SKETCH);
    expect(arduinoSketch(sampleFirmware('softmax_rank4'), SKETCH)).toEqual(once);
  });

  it.each([
    'setup',
    'prepare_input',
    'kReadingLength',
    'kInputScale',
    'quantize_input',
    'tflite',
    'dequantize_output_1',
    'verdict',
    'open_model',
    'model',
    'kResourceVariableCount',
  ])('refuses an array named %s', (arrayName) => {
    expect(codeOf(() => arduinoSketch(sampleFirmware('fc_w128', { arrayName }), SKETCH))).toBe('bad-c-name');
  });
});

describe('checkSketchName', () => {
  it.each(['sine', '2nd', 'a.b_c-d', 'A'.repeat(63)])('accepts %s', (name) => {
    expect(() => checkSketchName(name)).not.toThrow();
  });

  it.each(['', '.', '_sine', '-sine', 'my sketch', 'naïve', 'a/b', 'a"b', 'sine.', 'A'.repeat(64), 'a\n'])(
    'refuses %j',
    (name) => {
      expect(codeOf(() => checkSketchName(name))).toBe('bad-sketch-name');
    },
  );
});

describe('checkLabels', () => {
  it('accepts what can be printed', () => {
    expect(() => checkLabels(['idle', 'été', '"quoted" ??/', '手'])).not.toThrow();
  });

  it.each([
    ['a\ntinyml-self-test PASS'],
    ['\u001b[2J'],
    ['\u202egnp'],
    ['\ud800'],
    ['\u2028'],
    [' '],
    ['x'.repeat(65)],
  ])('refuses %j', (label) => {
    expect(codeOf(() => checkLabels(['fine', label]))).toBe('bad-label');
  });

  it('refuses a label twice', () => {
    expect(codeOf(() => checkLabels(['a', 'b', 'a']))).toBe('bad-label');
  });
});

describe('tflmTree', () => {
  const files = tflmTree(
    sampleFirmware('fc_w128', {
      library: 'tflm',
      arena: [
        { target: 'cortex-m-reference', bytes: 1072, unknownOperators: [] },
        { target: 'cortex-m-cmsis-nn', bytes: 1168, unknownOperators: [] },
      ],
      hostArena: { target: 'x86-64', bytes: 1616, unknownOperators: [] },
    }),
  );

  it('names all sources in every build file', () => {
    const sources = files.map(({ path }) => path).filter((path) => path.endsWith('.cc'));
    expect(sources).toContain('self_test_main.cc');
    for (const build of ['BUILD', 'Makefile.inc', 'CMakeLists.txt']) {
      for (const source of sources) expect(textOf(files, build), build).toContain(source);
    }
  });

  it('has an arena for the chip and one for a 64-bit host', () => {
    const text = textOf(files, 'model_settings.h');
    expect(text.match(/constexpr int kTensorArenaSize = \d+;/g)).toEqual([
      'constexpr int kTensorArenaSize = 1616;',
      'constexpr int kTensorArenaSize = 1168;',
    ]);
  });
});

describe('firmwareTensor', () => {
  it('refuses types that firmware has no words for', () => {
    const tensor = { name: 'x', shape: [1, 2] } as const;
    const several = { ...tensor, dtype: 'int8', quant: perAxis(1, [0.1, 0.2]) } as const;
    expect(codeOf(() => firmwareTensor('input', { ...tensor, dtype: 'int64' }))).toBe('firmware-io');
    expect(codeOf(() => firmwareTensor('output', several))).toBe('firmware-io');
  });

  it('takes integers for themselves without a scale, and for real numbers with one', () => {
    const tensor = { name: 'x', shape: [1, 2] } as const;
    for (const dtype of ['int8', 'uint8', 'int16', 'int32'] as const) {
      expect(firmwareTensor('input', { ...tensor, dtype })).toEqual({ ...tensor, length: 2, element: dtype });
      const quant = perTensor(0.5, 3);
      expect(firmwareTensor('output', { ...tensor, dtype, quant })).toMatchObject({ element: dtype, quant });
      expect(firmwareTensor('output', { ...tensor, dtype, quant: perTensor(0, 0) }).quant).toBeUndefined();
    }
    expect(firmwareTensor('input', { ...tensor, dtype: 'bool' }).element).toBe('bool');
  });
});

it('keeps what people edit', () => {
  const firmware = sampleFirmware('fc_w128');
  const files = [...arduinoSketch(firmware, { sketch: 'sine', library: 'chirale' }), ...tflmTree(firmware)];
  const kept = files.filter(isEditable).map(({ path }) => path);
  expect([...new Set(kept)]).toEqual(['sine.ino', 'README.md', 'main.cc']);
});
