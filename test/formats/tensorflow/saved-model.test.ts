import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/formats/model-file.ts';
import { maskedChecksum } from '../../../src/formats/tensorflow/saved-model/checksum.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { writeMessage } from '../protobuf/write-message.ts';
import { graphBytes, placeholder } from './graph-file.ts';
import { type KeysBy, loadFrom, savedModelFiles } from './saved-model-file.ts';
import type { CheckpointOptions } from './string-table-file.ts';
import { BIAS, FROZEN_NODES, SAVED_MODEL } from './test-network.ts';

const INPUT = Float32Array.from({ length: 32 }, (_, index) => Math.cos(index));

function outputOf(graph: Graph, length = INPUT.length): number[] {
  return createInterpreter(graph)
    .invoke([INPUT.subarray(0, length)])
    .flatMap((output) => Array.from(output, Number));
}

function read(files: ReadonlyMap<string, Uint8Array>): Promise<Graph> {
  return readModel(files.get('saved_model.pb') ?? new Uint8Array(0), { loadShard: loadFrom(files) });
}

function readWith(checkpoint: CheckpointOptions, keysBy: KeysBy = 'restoring'): Promise<Graph> {
  return read(savedModelFiles(SAVED_MODEL, keysBy, checkpoint));
}

/** crc32c of "123456789" is e3069283 (RFC 3720, B.4), masked as LevelDB does. */
it('has the checksums of LevelDB', () => {
  const crc = 0xe3069283;
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  expect(maskedChecksum(new TextEncoder().encode('123456789'))).toBe(masked);
});

describe('SavedModels', () => {
  it.each(['restoring', 'objects'] as const)('finds variables by %s', async (keysBy) => {
    const frozen = await readModel(graphBytes(FROZEN_NODES));
    expect(outputOf(await readWith({}, keysBy))).toEqual(outputOf(frozen));
  });

  it('says which variable nothing leads to', async () => {
    const nodes = [placeholder('x', [-1, 3]), { name: 'y', operator: 'BiasAdd', inputs: ['x', 'bias'] }];
    const model = { ...SAVED_MODEL, nodes, functions: [], outputs: { y: 'y:0' } };
    expect(outputOf(await read(savedModelFiles(model, 'restoring')), 3)).toEqual(
      [0, 1, 2].map((at) => Math.fround(INPUT[at] + Math.fround(BIAS.values[at]))),
    );
    await expect(read(savedModelFiles(model, 'objects'))).rejects.toMatchObject({
      kind: 'unsupported',
      code: 'variable-unsaved',
      message: expect.stringContaining('"bias"'),
    });
  });

  it.each([
    ['parts of a variable', { entry: [[7, new Uint8Array([10, 0])]] }, 'unsupported', 'stored in parts'],
    [
      'a big-endian machine',
      {
        header: [
          [1, 1],
          [2, 1],
        ],
      },
      'unsupported',
      'big-endian',
    ],
    ['compression', { compression: 1 }, 'unsupported', 'Snappy'],
    ['an entry outside of its file', { entry: [[4, 1e6]] }, 'input', 'lies outside of its file'],
    ['a place before the file', { entry: [[4, -4]] }, 'input', 'lies outside of its file'],
    ['a negative size', { entry: [[5, -4]] }, 'input', 'lies outside of its file'],
    ['a size without end', { entry: [[5, 2 ** 52]] }, 'input', 'lies outside of its file'],
    ['a part that is none of its files', { entry: [[3, 5]] }, 'input', 'there is no part 5'],
    ['a part before the first', { entry: [[3, -1]] }, 'input', 'there is no part -1'],
    ['files without number', { header: [[1, 2 ** 40]] }, 'input', 'there is no part 0'],
    ['another checksum', { entry: [[6, { fixed32: 7 }]] }, 'input', 'another checksum'],
    ['a negative shape', { entry: [[2, writeMessage([[2, writeMessage([[1, -3]])]])]] }, 'input', 'shape'],
    ['a string in place of numbers', { entry: [[1, 7]] }, 'unsupported', 'string'],
    ['a block cut short', { damage: (block) => block.subarray(0, 2) }, 'input', 'does not end'],
    ['restarts without number', { damage: (block) => block.fill(255, -4) }, 'input', 'does not end'],
  ] satisfies readonly (readonly [string, CheckpointOptions, string, string])[])(
    'refuses %s',
    async (_, checkpoint, kind, message) => {
      await expect(readWith(checkpoint)).rejects.toMatchObject({
        kind,
        message: expect.stringContaining(message),
      });
    },
  );
});
