import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { importTflite, readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { createInterpreter, type InterpreterOptions } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import type { OutlineTensor } from '../../../src/ir/outline.ts';
import { libraryObjection } from '../../../src/targets/tflm/library-limits.ts';
import { modelObjections } from '../../../src/targets/tflm/model-objections.ts';
import { LIBRARIES } from '../../../src/targets/tflm/operators.ts';
import { tensor, view } from '../../models/outlines.ts';
import { codedDense } from './coded-models.ts';
import { BuiltinOperator, fileOf } from './file-of.ts';
import { mutate } from './mutate.ts';

const RECORD = Int8Array.of(1, 2, 3, -4);
// Units of 0.5: [5 − 14 + 15 − 20, 1 + 2 + 6 − 8, −128 + 254 − 384 − 508], times 0.5 · [0.5, 1, 1] / 0.5.
const RESULT = [-7, 1, -128];

function resultOf(graph: Graph, options: InterpreterOptions = {}): number[] {
  return Array.from(createInterpreter(graph, options).invoke([RECORD])[0], Number);
}

/** A file whose one operator decodes `indices` by `ancillary`. */
function decodingFile(
  ancillary: readonly number[],
  indices: readonly number[] = [0, 0],
  axis = 0,
): Uint8Array {
  const bytes = (data: readonly number[]) =>
    ({
      type: 'uint8',
      shape: [data.length],
      data: Uint8Array.from(data),
    }) as const;
  return fileOf({
    tensors: [
      { type: 'int8', shape: [1, 4], scale: 0.5 },
      bytes(indices),
      bytes(ancillary),
      {
        type: 'int8',
        shape: [3, 4],
        scale: axis === 0 ? [0.5, 1, 1] : [0.5],
        axis,
      },
      { type: 'int8', shape: [1, 3], scale: 0.5 },
    ],
    operators: [
      {
        code: BuiltinOperator.CUSTOM,
        customName: 'TFLM_DECODE',
        inputs: [1, 2],
        outputs: [3],
      },
      {
        code: BuiltinOperator.FULLY_CONNECTED,
        inputs: [0, 3, -1],
        outputs: [4],
      },
    ],
    outputs: [4],
  });
}

const TABLES = [5, 249, 1, 2, 128, 127];
const header = (changes: Readonly<Record<number, number>> = {}): number[] =>
  Object.assign([0, 1, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0], changes);

describe('weights behind TFLM_DECODE', () => {
  it.each(['simd', 'plain'] as const)('are what the tables say, with %s kernels', (kernels) => {
    const { graph } = readTflite(writeTflite(codedDense()));
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['tflm_decode', 'fully_connected']);
    expect(resultOf(graph, { kernels })).toEqual(RESULT);
  });

  it('are constants to a conversion', () => {
    const graph = importTflite(writeTflite(codedDense()));
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['fully_connected']);
    const [, weights] = graph.nodes[0].inputs;
    expect(Array.from(graph.values.get(weights ?? -1)?.data ?? [], Number)).toEqual([
      5, -7, 5, 5, 1, 1, 2, 2, -128, 127, -128, 127,
    ]);
    expect(resultOf(graph)).toEqual(RESULT);
  });

  it('are run by TensorFlow Lite Micro, and by no Arduino library', () => {
    const { outline } = readOutline(writeTflite(codedDense()));
    const objections = LIBRARIES.map((library) => modelObjections(library, outline)[0]?.sentence);
    expect(objections).toEqual([undefined, 'The library does not have it.', 'The library does not have it.']);
  });

  it.each([
    ['has a header of 3 bytes', [0, 1, 0], undefined],
    ['is of version 2', [...header({ 1: 2 }), ...TABLES], undefined],
    ['decodes Huffman codes', [...header({ 0: 1 }), ...TABLES], undefined],
    ['decodes a mask of what was pruned', [...header({ 0: 2 }), ...TABLES], undefined],
    ['decodes coding 127', [...header({ 0: 127 }), ...TABLES], undefined],
    ['has tables of version 0', [...header({ 4: 0 }), ...TABLES], undefined],
    ['has indices of no bits', [...header({ 5: 8 }), ...TABLES], undefined],
    ['has tables of 129 values', [...header({ 6: 129 }), ...TABLES], undefined],
    ['has 5 values for 3 tables of 2', [...header(), ...TABLES.slice(1)], undefined],
    ['has 1 byte of indices for [3, 4], which takes 2', [...header(), ...TABLES], [0]],
    ['looks up value 3 in a table of 2', [...header({ 5: 2 }), ...TABLES], [0, 3, 0]],
    ['looks up value 7 in a table of 6', [...header({ 5: 3, 6: 0 }), ...TABLES], [0, 0, 0, 0, 0x70]],
  ] as const)('are refused, and not promised, where the operator %s', (sentence, ancillary, indices) => {
    const file = decodingFile(ancillary, indices);
    for (const read of [readTflite, importTflite]) expect(() => read(file)).toThrow(sentence);
    expect(modelObjections('tflm', readOutline(file).outline)).toHaveLength(1);
  });

  it('take one table for all channels', () => {
    const { graph } = readTflite(decodingFile([...header({ 6: 0 }), 1, 2], [0b0101_0101, 0b0101_0000]));
    // (1 + 4 + 3 − 8) times each scale.
    expect(resultOf(graph)).toEqual([0, 0, 0]);
    const { graph: other } = readTflite(
      decodingFile([...header({ 6: 0 }), 1, 3], [0b0101_0101, 0b0101_0000]),
    );
    // (1 + 6 + 3 − 12) · [0.5, 1, 1] = [−1, −2, −2].
    expect(resultOf(other)).toEqual([-1, -2, -2]);
  });

  it('with a scale along another axis than TFLM decodes along are not promised', () => {
    const { outline } = readOutline(decodingFile([...header(), ...TABLES], [0, 0], 1));
    expect(modelObjections('tflm', outline)[0].sentence).toContain('a single scale along the first');
  });

  it('that are computed are refused', () => {
    const bytes = (constant: boolean) => tensor('uint8', [18], { constant });
    const refusal = (...inputs: readonly OutlineTensor[]) =>
      libraryObjection('tflm', view('TFLM_DECODE', inputs, [tensor('int8', [3])]))?.sentence;
    expect(refusal(bytes(true), bytes(true))).toBeUndefined();
    expect(refusal(bytes(true), bytes(false))).toContain('wants constant operands');
    expect(refusal(bytes(true), bytes(true), bytes(true))).toContain('two operands for each output');
  });

  it('are not looked at again and again for many operators that share them', () => {
    const bytes = (length: number, ...data: number[]) =>
      ({ type: 'uint8', shape: [length], data: Object.assign(new Uint8Array(length), data) }) as const;
    const decode = { code: BuiltinOperator.CUSTOM, customName: 'TFLM_DECODE', inputs: [1, 2], outputs: [3] };
    const file = fileOf({
      tensors: [
        { type: 'int8', shape: [1, 4], scale: 0.5 },
        bytes(2 ** 17),
        bytes(18, ...header({ 6: 2 })),
        { type: 'int8', shape: [2 ** 20], scale: 0.5 },
      ],
      operators: new Array<typeof decode>(100).fill(decode),
      outputs: [3],
    });
    for (const read of [readTflite, importTflite]) expect(() => read(file)).toThrow('beyond all measure');
  });

  it('survive any damage with a result or a sentence', () => {
    const file = writeTflite(codedDense());
    const random = createRandom(3, 'damaged coded weights');
    let refused = 0;
    for (let copy = 0; copy < 1500; copy++) {
      const damaged = mutate(file, random);
      try {
        createInterpreter(readTflite(damaged).graph);
        readOutline(damaged);
        importTflite(damaged);
      } catch (error) {
        if (!(error instanceof TinymlError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});
