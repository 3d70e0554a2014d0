/**
 * Recorded models made false in one place: the gate is green for none of them, except where Prepare and Eval of the library
 * take what is left (read at 90b983c2, 7948b85e and 46da2f98).
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attempt } from '../../../src/core/errors.ts';
import { TensorType as FileType } from '../../../src/formats/tflite/generated/tflite_generated.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { librarySupport } from '../../../src/models/inspect/library-support.ts';
import { LIBRARIES, type Library } from '../../../src/targets/tflm/operators.ts';
import { fixturePath } from '../../fixtures.ts';
import { sharedPath } from '../../shared.ts';
import { constantInputs, rescaled, retyped, unconstant, withElement } from './mutate-tflite.ts';

/** By library and operator: the types that tensors of int8 may be declared instead, where the rest is as it was. */
const OTHER_TYPES: Readonly<Record<Library, Readonly<Record<string, string>>>> = {
  tflm: {
    ADD: 'int16',
    AVERAGE_POOL_2D: 'int16',
    BATCH_MATMUL: 'int16',
    BROADCAST_TO: 'uint8 int16 int32 int64 float16',
    CAST: 'int16 int32',
    CONCATENATION: 'int32 int64',
    DEQUANTIZE: 'int16',
    EQUAL: 'int32 int64',
    EXPAND_DIMS: 'int16',
    GREATER: 'int32 int64',
    GREATER_EQUAL: 'int32 int64',
    LEAKY_RELU: 'int16',
    LESS: 'int32 int64',
    MAXIMUM: 'int16 int32 int64',
    MAX_POOL_2D: 'int16',
    MEAN: 'int16',
    MINIMUM: 'int16 int32 int64',
    NOT_EQUAL: 'int32 int64',
    PACK: 'int16 int32 int64',
    PADV2: 'int16 int32',
    QUANTIZE: 'int16',
    RELU6: 'int16',
    RESHAPE: 'int16 int32 int64 float16',
    RESIZE_NEAREST_NEIGHBOR: 'int16',
    REVERSE_V2: 'uint8 int16 int32 int64',
    SLICE: 'int16 int32',
    SPLIT: 'int16 int32',
    SPLIT_V: 'int16 int32',
    SQUARED_DIFFERENCE: 'int32',
    SQUEEZE: 'uint8 int16 int32 int64 float16',
    STRIDED_SLICE: 'int16 int32',
    SUB: 'int16',
    SUM: 'int16',
    TRANSPOSE: 'int16',
    UNPACK: 'int16 int32',
  },
  'arduino-tflm': {
    ADD: 'int16',
    AVERAGE_POOL_2D: 'int16',
    BROADCAST_TO: 'uint8 int16 int32 int64 float16',
    CAST: 'int16 int32',
    CONCATENATION: 'int32 int64',
    DEQUANTIZE: 'int16',
    EQUAL: 'int32 int64',
    GREATER: 'int32 int64',
    GREATER_EQUAL: 'int32 int64',
    LEAKY_RELU: 'int16',
    LESS: 'int32 int64',
    MAXIMUM: 'int32 int64',
    MAX_POOL_2D: 'int16',
    MINIMUM: 'int32 int64',
    NOT_EQUAL: 'int32 int64',
    PACK: 'int32 int64',
    PADV2: 'int16 int32',
    QUANTIZE: 'int16',
    RESHAPE: 'int16 int32 int64 float16',
    SLICE: 'int16 int32',
    SPLIT: 'int16 int32',
    SPLIT_V: 'int16 int32',
    SQUARED_DIFFERENCE: 'int32',
    SQUEEZE: 'uint8 int16 int32 int64 float16',
    STRIDED_SLICE: 'int16 int32',
    SUB: 'int16',
    UNPACK: 'int32',
  },
  chirale: {
    ADD: 'int16',
    BROADCAST_TO: 'uint8 int16 int32 int64 float16',
    CAST: 'int16 int32',
    CONCATENATION: 'int32 int64',
    DEQUANTIZE: 'int16',
    EQUAL: 'int32 int64',
    GREATER: 'int32 int64',
    GREATER_EQUAL: 'int32 int64',
    LESS: 'int32 int64',
    MAXIMUM: 'int32 int64',
    MINIMUM: 'int32 int64',
    NOT_EQUAL: 'int32 int64',
    PACK: 'int32 int64',
    PADV2: 'int16 int32',
    QUANTIZE: 'int16',
    RESHAPE: 'int16 int32 int64 float16',
    SLICE: 'int16 int32',
    SPLIT: 'int16 int32',
    SPLIT_V: 'int16 int32',
    SQUARED_DIFFERENCE: 'int32',
    SQUEEZE: 'uint8 int16 int32 int64 float16',
    STRIDED_SLICE: 'int16 int32',
    UNPACK: 'int32',
  },
};

/** Operands that no kernel reads, by operator. */
const UNREAD: Readonly<Record<string, number>> = { RESHAPE: 1, SPLIT_V: 1, TRANSPOSE_CONV: 0 };

/** One of several scales, or that of a bias, may be 0; TFLM itself multiplies by it or never reads it. What decodes makes weights. */
const MAY_BE_ZERO: ReadonlySet<string> = new Set([
  'CONV_2D',
  'DEPTHWISE_CONV_2D',
  'FULLY_CONNECTED',
  'TFLM_DECODE',
  'TRANSPOSE_CONV',
]);

const folder = fixturePath('tflm');
const NAMES = readdirSync(folder).flatMap((file) => (file.endsWith('.tflite') ? [file.slice(0, -7)] : []));

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${folder}/${name}.tflite`));
}

function operatorOf(bytes: Uint8Array): string {
  return readOutline(bytes).outline.subgraphs[0].operators[0].name;
}

function greenFor(bytes: Uint8Array): readonly Library[] {
  return librarySupport(readOutline(bytes).outline).flatMap(({ library, ok }) => (ok ? [library] : []));
}

describe('models made false', () => {
  it.each(NAMES)('%s, of other types', (name) => {
    const bytes = fixture(name);
    const operator = operatorOf(bytes);
    for (const type of ['UINT8', 'INT16', 'BOOL', 'INT4', 'INT32', 'INT64', 'FLOAT16'] as const) {
      const model = retyped(bytes, FileType.INT8, FileType[type]);
      if (model === undefined) continue;
      const wrong = greenFor(model).filter(
        (library) => !OTHER_TYPES[library][operator]?.split(' ').includes(type.toLowerCase()),
      );
      expect(wrong, type).toEqual([]);
    }
  });

  it.each(NAMES)('%s, without a constant', (name) => {
    const bytes = fixture(name);
    const unread = UNREAD[operatorOf(bytes)];
    for (const position of constantInputs(bytes).filter((at) => at !== unread)) {
      expect(greenFor(unconstant(bytes, position)), `operand ${position}`).toEqual([]);
    }
  });

  it.each(NAMES)('%s, with senseless scales', (name) => {
    const bytes = fixture(name);
    const zero = MAY_BE_ZERO.has(operatorOf(bytes)) ? [] : [0];
    for (const scale of [Number.NaN, Number.POSITIVE_INFINITY, -1, ...zero]) {
      for (const position of [0, 1, 2, 3]) {
        const model = rescaled(bytes, position, scale);
        if (model !== undefined) expect(greenFor(model), `${scale} of ${position}`).toEqual([]);
      }
    }
  });

  it.each(NAMES)('%s, with a constant that is no number', (name) => {
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const model = withElement(fixture(name), value);
      if (model !== undefined) expect(greenFor(model)).toEqual([]);
    }
  });
});

/** Accepted by TFLM, but not as they are meant, or not to be known: with the reason. */
const ACCEPTED_AND_RED: Readonly<Record<string, string>> = {
  edge_dynamic_batch_input: 'its input reports a size that means nothing',
  reshape_output_minus1: 'its output reports a size that means nothing',
  space_to_batch_rank3: 'it pads with whatever the arena held',
  tconv_16x8_bias32: 'it reads the bias as int64',
};

interface Recorded {
  readonly name: string;
  readonly model: string;
  readonly tflm: { readonly accepted: boolean };
}

const index = sharedPath('golden', 'ops', 'index.json');
const CASES: readonly Recorded[] = index === undefined ? [] : JSON.parse(readFileSync(index, 'utf8')).cases;

interface ArduinoRecords {
  readonly libraries: readonly { readonly target: Library; readonly rows: readonly (readonly unknown[])[] }[];
}

const ARDUINO: ArduinoRecords = JSON.parse(readFileSync(fixturePath('tflm', 'arduino-arena.json'), 'utf8'));

/** None where not even the plan of the memory makes sense. */
function recordedGreen({ model }: Recorded): readonly Library[] {
  const green = attempt(() => greenFor(readFileSync(sharedPath('golden', 'ops', model) ?? '')));
  return 'refusal' in green ? [] : green.value;
}

describe.skipIf(CASES.length === 0)('recorded models (needs ../shared beside the checkout)', () => {
  it.each(CASES)(
    '$name is green for TensorFlow Lite Micro exactly where it accepts and computes it',
    (recorded) => {
      expect(recordedGreen(recorded).includes('tflm')).toBe(
        recorded.tflm.accepted && ACCEPTED_AND_RED[recorded.name] === undefined,
      );
    },
  );

  it('are green for no Arduino library that refuses them or computes otherwise', () => {
    expect(LIBRARIES).toHaveLength(ARDUINO.libraries.length + 1);
    for (const { target, rows } of ARDUINO.libraries) {
      const outputs = new Map(rows.map((row) => [row[0], row[4]]));
      const wrong = CASES.filter((recorded) => {
        const green = recordedGreen(recorded).includes(target);
        return green && ['refused', 'differs'].includes(String(outputs.get(recorded.name)));
      });
      expect(wrong.map(({ name }) => name)).toEqual([]);
    }
  });
});
