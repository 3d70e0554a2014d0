import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { FlatBuilder, type Ref } from '../../../src/formats/tflite/flat-builder.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { verifyModel } from '../../../src/formats/tflite/verify.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { everyOperator, sineNet } from './models.ts';
import { mutate } from './mutate.ts';

function problem(bytes: Uint8Array): string {
  try {
    verifyModel(bytes);
  } catch (error) {
    if (error instanceof TinymlError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return '';
}

function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer));
  return copy;
}

describe('verifyModel', () => {
  const file = writeTflite(sineNet());

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a short text', new TextEncoder().encode('hi')],
    ['a Python pickle', Uint8Array.of(0x80, 4, 0x95, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x7d)],
    ['zeros', new Uint8Array(4096)],
    ['an HDF5 file', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0)],
  ])('says of %s that it is no model', (_, bytes) => {
    expect(problem(bytes)).toContain('not-a-tflite: This is not a .tflite file');
  });

  it('accepts another identifier, as TFLM does', () => {
    const renamed = changed(file, (view) => view.setUint32(4, 0x58585858));
    expect(problem(renamed)).toBe('');
    expect(readTflite(renamed).graph).toEqual(readTflite(file).graph);
  });

  it('says of a model cut short that it is damaged, and where', () => {
    expect(problem(file.subarray(0, file.length - 1))).toMatch(
      /^corrupt-tflite: .*outside the file \(at model\./,
    );
    expect(problem(file.subarray(0, 8))).toMatch(/^corrupt-tflite: /);
  });

  it('finds an offset behind the end', () => {
    const root = new DataView(file.buffer).getUint32(0, true);
    const broken = changed(file, (view) => view.setUint32(root + 8, 0x7fffffff, true));
    expect(problem(broken)).toMatch(/outside the file \(at model\.operator_codes\)/);
  });

  it('finds a vector longer than the file', () => {
    const root = new DataView(file.buffer).getUint32(0, true);
    const buffers = new DataView(file.buffer).getUint32(root + 16, true) + root + 16;
    for (const length of [100_000, 0xffffffff]) {
      const broken = changed(file, (view) => view.setUint32(buffers, length, true));
      expect(problem(broken)).toMatch(
        new RegExp(`a vector of ${length} elements lies outside .*model.buffers`),
      );
    }
  });

  it('finds an offset to itself', () => {
    const root = new DataView(file.buffer).getUint32(0, true);
    expect(problem(changed(file, (view) => view.setUint32(root + 8, 0, true)))).toMatch(/points to itself/);
  });

  it('refuses 16-bit offsets that the runtime would read as negative', () => {
    const far = new Uint8Array(2 ** 17);
    far.set(file);
    const root = new DataView(file.buffer).getUint32(0, true);
    const vtable = root - new DataView(file.buffer).getInt32(root, true);
    expect(problem(far)).toBe('');
    expect(problem(changed(far, (view) => view.setUint16(vtable, 0x8000, true)))).toMatch(/length 32768/);
    expect(problem(changed(far, (view) => view.setUint16(vtable + 4, 0x8000, true)))).toMatch(
      /32768 bytes behind/,
    );
  });

  it('walks through what is shared once', () => {
    const model = new FlatBuilder();
    const many = (ref: Ref): Ref => model.tables(new Array<Ref>(1000).fill(ref));
    const tensors = many(model.table('Tensor', {}));
    const subgraphs = many(model.table('SubGraph', { tensors }));
    expect(problem(model.finish(model.table('Model', { subgraphs }), 'TFL3'))).toBe('');
  });

  it('finds a string without its final zero', () => {
    const name = Buffer.from(file).indexOf('output');
    expect(problem(changed(file, (view) => view.setUint8(name + 6, 7)))).toMatch(
      /string .*tensors\[\d+\]\.name/,
    );
  });

  it('limits the walk through a file that is tables and vectors everywhere', () => {
    // Every word is an offset, a length of 4096, a vtable and a table with all fields of even id, all valid.
    const words = new Uint32Array(2 ** 18).fill(0x1000);
    words[1] = Buffer.from('TFL3').readUInt32LE(0);
    expect(problem(new Uint8Array(words.buffer))).toMatch(/more tables than the file has room for/);
  });
});

describe('damaged files', () => {
  const files = [sineNet(), sineNet(true), everyOperator()].map((graph) => writeTflite(graph));

  it.each(files.map((file, index) => [index, file] as const))('file %i is read or refused', (index, file) => {
    const random = createRandom(index, 'tflite mutations');
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 2000; round++) {
      const bytes = mutate(file, random);
      let outcome = 'read';
      try {
        readTflite(bytes);
      } catch (error) {
        if (!(error instanceof TinymlError)) throw error;
        outcome = `${error.kind} ${error.code}`;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      expect(outcome).toMatch(/^(read|input|unsupported)/);
    }
    // The mutations reach all layers: some do not matter, some break the container, some what it says.
    expect(outcomes.get('read')).toBeGreaterThan(50);
    expect(outcomes.get('input corrupt-tflite')).toBeGreaterThan(200);
    expect(outcomes.size).toBeGreaterThan(8);
  });

  it('is cut at every byte', () => {
    for (let length = 0; length < files[0].length; length++) {
      expect(() => readTflite(files[0].subarray(0, length))).toThrow(TinymlError);
    }
  });
});
