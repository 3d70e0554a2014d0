/** Vectors recorded from TensorFlow Lite Micro: their index, what each must lead to, and the comparison. */

import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { TinymlError } from '../../src/core/errors.ts';
import {
  bytesOf,
  dataFromBytes,
  type TensorData,
  type TensorType,
  tensorBytes,
} from '../../src/core/tensor.ts';
import { importTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter, type Interpreter } from '../../src/interpreter/interpreter.ts';
import { inputTypes, isStateful } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { isInt8 } from '../../src/models/convert/lower.ts';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { OP_KINDS, type OpKind, ops } from '../../src/ops/index.ts';
import { COMPUTED_TYPES, type ComputedType } from '../../src/ops/op.ts';
import { fixturePath } from '../fixtures.ts';
import { sharedPath } from '../shared.ts';

/** Both have to give what was recorded. */
export const KERNELS = ['simd', 'plain'] as const;

/** Whole networks in ../shared/golden/models. */
export const GOLDEN_MODELS = [
  'hello_world_int8',
  'hello_world_float',
  'ad01_int8',
  'micro_speech_quantized',
  'vww_96_int8',
  'vww_96_float',
  'keyword_scrambled_8bit',
  'trained_lstm_int8',
] as const;

export interface RecordedCase {
  readonly name: string;
  /** As TFLite names them, in upper case. */
  readonly ops: readonly string[];
  /** `int8, int8*, none -> int8`; `*` marks constants. */
  readonly dtypes: string;
  readonly accepted: boolean;
  readonly records: number;
}

export interface RecordedSet {
  readonly folder: string;
  readonly cases: readonly RecordedCase[];
}

export function fixtureSet(): RecordedSet {
  const { cases } = JSON.parse(readFileSync(fixturePath('tflm', 'index.json'), 'utf8'));
  return { folder: fixturePath('tflm'), cases };
}

interface SharedCase extends Omit<RecordedCase, 'accepted'> {
  readonly tflm: { readonly accepted: boolean };
}

/** Undefined where ../shared is absent. */
export function sharedSet(): RecordedSet | undefined {
  const folder = sharedPath('golden', 'ops');
  if (folder === undefined) return undefined;
  const { cases } = JSON.parse(readFileSync(`${folder}/index.json`, 'utf8')) as { cases: SharedCase[] };
  return {
    folder,
    cases: cases.map(({ tflm, ...rest }) => ({
      ...rest,
      accepted: tflm.accepted,
    })),
  };
}

/** The path of a recorded operator's model, undefined for one that only ../shared has where that is absent. */
export function recordedModel(name: string): string | undefined {
  const own = fixturePath('tflm', `${name}.tflite`);
  return existsSync(own) ? own : sharedPath('golden', 'ops', `${name}.tflite`);
}

export function bytesAt(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

export function foreignOperators({ ops }: RecordedCase): string[] {
  return ops.filter((name) => !OP_KINDS.some((kind) => kind.toUpperCase() === name));
}

/** Cases whose fate no field of the index decides. */
export const EXCEPTIONS: Readonly<Record<string, 'refused' | 'loads'>> = {
  // TFLM goes on with a dimension of −1 and then reports a meaningless size; a size has to be known here.
  edge_dynamic_batch_input: 'refused',
  // TFLM resolves the −1, but tells the application that the output has SIZE_MAX bytes.
  reshape_output_minus1: 'refused',
  // TFLM never sets the value it pads with, and writes whatever its memory held.
  space_to_batch_rank3: 'refused',
  // TFLM reads a bias of int32 as int64, and computes what means nothing.
  tconv_16x8_bias32: 'refused',
  // The offline plan puts input and output at one place, where the result depends on the order of evaluation. The
  // interpreter gives every tensor its own place, as TFLM does without a plan; it does not look for overlaps.
  z_off2: 'loads',
};

export type Fate = 'equal' | 'refused' | 'foreign-operator' | 'loads';

export function fateOf(recorded: RecordedCase): Fate {
  if (foreignOperators(recorded).length > 0) return 'foreign-operator';
  const exception = EXCEPTIONS[recorded.name];
  if (exception !== undefined) return exception;
  if (!recorded.accepted) return 'refused';
  if (recorded.records === 0) throw new Error(`${recorded.name} has no records and is no named exception`);
  return 'equal';
}

/** Kernels that no case of the set judges. */
export function notRecorded(set: RecordedSet): (readonly [OpKind, ComputedType])[] {
  const recorded = set.cases
    .filter((one) => fateOf(one) === 'equal')
    .flatMap(({ name }) => {
      const { graph } = readTflmModel(bytesAt(`${set.folder}/${name}.tflite`));
      return graph.nodes.map((node) => `${node.kind} ${inputTypes(graph, node)[0]?.dtype}`);
    });
  return OP_KINDS.flatMap((kind) =>
    COMPUTED_TYPES.filter((type) => ops[kind].kernels[type] && !recorded.includes(`${kind} ${type}`)).map(
      (type) => [kind, type] as const,
    ),
  );
}

function expectSame(actual: TensorData, expected: TensorData, where: string): void {
  if (expected instanceof Float32Array) {
    const tolerance = 1e-5 * Math.max(1e-6, ...expected.map(Math.abs));
    for (const [index, value] of expected.entries()) {
      const error = Math.abs(Number(actual[index]) - value);
      expect(error, `${where}, element ${index}`).toBeLessThanOrEqual(tolerance);
    }
  } else {
    expect(Buffer.from(bytesOf(actual)).toString('hex'), where).toBe(
      Buffer.from(bytesOf(expected)).toString('hex'),
    );
  }
}

/** The tensors of one record, and where the next record starts. */
function readRecord(bytes: Uint8Array, start: number, types: readonly TensorType[]): [TensorData[], number] {
  let offset = start;
  const tensors = types.map((type) => {
    const end = offset + tensorBytes(type);
    const data = dataFromBytes(type.dtype, bytes.subarray(offset, end));
    offset = end;
    return data;
  });
  return [tensors, offset];
}

/** Runs record after record on one interpreter, with `resets` each from a state that was reset; both files must be used up exactly. Gives the number of records. */
export function expectRecords(
  interpreter: Interpreter,
  inputs: Uint8Array,
  outputs: Uint8Array,
  resets = false,
): number {
  let [inputOffset, outputOffset, records] = [0, 0, 0];
  while (inputOffset < inputs.length) {
    const [operands, nextInput] = readRecord(inputs, inputOffset, interpreter.inputs);
    const [expected, nextOutput] = readRecord(outputs, outputOffset, interpreter.outputs);
    if (resets) interpreter.reset();
    const actual = interpreter.invoke(operands);
    for (const [index, tensor] of expected.entries()) {
      expectSame(actual[index], tensor, `record ${records}, output ${index}`);
    }
    [inputOffset, outputOffset, records] = [nextInput, nextOutput, records + 1];
  }
  expect([inputOffset, outputOffset]).toEqual([inputs.length, outputs.length]);
  return records;
}

export function expectEqual(folder: string, recorded: RecordedCase): void {
  expectRecorded(bytesAt(`${folder}/${recorded.name}.tflite`), folder, recorded);
}

/** What `convert` makes of the file gives the records too. */
export async function expectEqualConverted(folder: string, recorded: RecordedCase): Promise<void> {
  const imported = importTflite(bytesAt(`${folder}/${recorded.name}.tflite`));
  const { bytes } = await convertModel(imported, { type: isInt8(imported) ? 'int8' : 'float' });
  expectRecorded(bytes, folder, recorded);
}

function expectRecorded(model: Uint8Array, folder: string, { name, records }: RecordedCase): void {
  const { graph } = readTflmModel(model);
  const inputs = bytesAt(`${folder}/${name}.input.bin`);
  for (const kernels of KERNELS) {
    const interpreter = createInterpreter(graph, { kernels });
    const count = expectRecords(interpreter, inputs, bytesAt(`${folder}/${name}.output.bin`));
    expect(count, kernels).toBe(records);
    if (!isStateful(graph)) continue;
    const anew = expectRecords(interpreter, inputs, bytesAt(`${folder}/${name}.output_reset.bin`), true);
    expect(anew, `${kernels}, reset`).toBe(records);
  }
}

/** The message, which has to say where and what in a sentence, and whose kind has to blame the file. */
export function refusalOf(model: Uint8Array): string {
  try {
    readTflmModel(model);
  } catch (error) {
    if (!(error instanceof TinymlError)) throw error;
    expect(['unsupported', 'input']).toContain(error.kind);
    expect(error.code).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
    expect(error.message).toMatch(
      /^(operator \d+( \([A-Z0-9_]+(, ".*")?\))?|tensor \d+ \(".*"\)): \S+ .{10,}|^The model \S+ /,
    );
    return error.message;
  }
  return expect.fail('the model was read without an error');
}
