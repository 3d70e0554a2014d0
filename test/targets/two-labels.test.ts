/** A model with one output decides between two classes: firmware names the one that it decides on, with the score of that one. */

import { describe, expect, it } from 'vitest';
import { perTensor } from '../../src/core/quant-params.ts';
import { allocate, type TensorType } from '../../src/core/tensor.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { parseInferenceLine } from '../../src/models/firmware/inference-line.ts';
import { toTensor } from '../../src/models/run/real-tensor.ts';
import { exportStandalone } from '../../src/models/standalone/export-standalone.ts';
import { arduinoSketch } from '../../src/targets/firmware/arduino-sketch.ts';
import type { Firmware, FirmwareFile } from '../../src/targets/firmware/firmware.ts';
import { tflmTree } from '../../src/targets/firmware/tflm-tree.ts';
import { runNative } from '../cross/compile.ts';
import { missingNative } from '../cross/probe.ts';
import { oneNode } from '../ops/one-node.ts';
import { nodeFirmware, programSources } from './firmware/sample-firmware.ts';

const LABELS = ['off', 'on'];
const SCALE = 1 / 256;
/** What is exactly 0.5 is "off". */
const BYTES = [-128, -100, -1, 0, 1, 2, 77, 127];
const VALUES = Float32Array.from(BYTES, (byte) => (byte + 128) * SCALE);
const EXPECTED = Array.from(VALUES, (value) =>
  value > 0.5 ? `on ${value.toFixed(4)}` : `off ${(1 - value).toFixed(4)}`,
);

const TYPES: Readonly<Record<string, TensorType>> = {
  int8: { dtype: 'int8', shape: [1, 1], quant: perTensor(SCALE, -128) },
  float32: { dtype: 'float32', shape: [1, 1] },
};

type Sources = Readonly<Record<string, string>>;

/** What is no less than 0 passes through. */
function interpreted(type: TensorType, files: (firmware: Firmware) => FirmwareFile[]): Sources {
  const vectors = [...VALUES].map((value) => {
    const one = allocate(type.dtype, 1);
    toTensor(type, Float32Array.of(value), one);
    return { inputs: [one], outputs: [one] };
  });
  const firmware = nodeFirmware(
    'relu',
    {},
    { inputs: [type], output: type },
    { vectors, decision: { kind: 'threshold', labels: LABELS } },
  );
  return programSources(firmware, files(firmware));
}

function standalone(type: TensorType): Sources {
  const model = writeTflite(oneNode('relu', {}, [{ type }], type));
  const test = { shape: [VALUES.length, 1], data: VALUES };
  return exportStandalone(model, { name: 'model', labels: LABELS }, { seed: 1, test }).files;
}

const KINDS: Readonly<Record<string, (type: TensorType) => Sources>> = {
  'a sketch': (type) =>
    interpreted(type, (firmware) => arduinoSketch(firmware, { sketch: 'lamp', library: 'chirale' })),
  'a tree of TensorFlow Lite Micro': (type) =>
    interpreted(type, (firmware) => tflmTree(firmware).filter(({ path }) => path !== 'self_test_main.cc')),
  'C without an interpreter': standalone,
};

const cases = Object.keys(KINDS).flatMap((kind) => Object.keys(TYPES).map((type) => [kind, type] as const));

const missing = missingNative();
describe.skipIf(missing !== '')(`a model with one output and two labels ${missing}`, () => {
  it.each(cases)('%s, in %s', (kind, type) => {
    const { stdout, stderr } = runNative(
      KINDS[kind](TYPES[type]),
      kind.startsWith('C ') ? { strict: true } : { standard: 'c++11' },
    );
    expect(stderr).toBe('');
    const said = stdout.split(/\r?\n/).flatMap((line) => {
      const { label, score } = parseInferenceLine(line) ?? {};
      return label === undefined ? [] : [`${label} ${score?.toFixed(4)}`];
    });
    expect(said.slice(0, EXPECTED.length)).toEqual(EXPECTED);
  });
});
