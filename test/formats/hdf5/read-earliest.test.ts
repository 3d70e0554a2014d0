/** The reader of the usual form against the library, on whole and on damaged files. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { unzipSync } from 'fflate';
import * as hdf5 from 'h5wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { readEarliest } from '../../../src/formats/hdf5/earliest/read-earliest.ts';
import { readWithLibrary } from '../../../src/formats/hdf5/read-with-library.ts';
import type { Hdf5Group } from '../../../src/formats/hdf5/tree.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const TIME_LIMIT_MS = 2000;

function digest(data: Float32Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** With the order of groups and datasets. */
function entries({ texts, groups, datasets }: Hdf5Group): unknown {
  return {
    texts: new Map(texts),
    groups: [...groups].map(([name, group]) => [name, entries(group)]),
    datasets: [...datasets].map(([name, { shape, data }]) => [name, shape, digest(data)]),
  };
}

async function byLibrary(bytes: Uint8Array): Promise<unknown> {
  return entries(await readWithLibrary(bytes, bytes.length, TIME_LIMIT_MS));
}

let written = 0;

async function writeFile(fill: (file: hdf5.File) => void): Promise<Uint8Array> {
  const { FS } = await hdf5.ready;
  const path = `/earliest-${written++}.h5`;
  const file = new hdf5.File(path, 'w', { libver: ['earliest', 'latest'] });
  fill(file);
  file.close();
  return (FS as { readFile(path: string): Uint8Array }).readFile(path);
}

const SHAPE = [2, 3];
const NUMBERS = [
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
].map((type) => type.of(1, 2, 3, 100, 0, 7));

function fillModel(file: hdf5.File): void {
  file.create_attribute('text', 'a layer, späte Schicht');
  file.create_attribute('texts', ['one', 'two', 'three']);
  file.create_attribute('fixed', ['ab', 'abcde'], [2], 'S5');
  file.create_attribute('number', Float32Array.of(1, 2));
  const weights = file.create_group('weights');
  for (const [index, data] of NUMBERS.entries())
    weights.create_dataset({ name: `numbers ${index}`, data, shape: SHAPE });
  weights.create_dataset({ name: 'wide', data: BigInt64Array.of(5n, -6n), shape: [2] });
  weights.create_dataset({ name: 'one', data: 3.5 });
  file.create_group('optimizer_weights').create_dataset({ name: 'm', data: NUMBERS[0], shape: SHAPE });
  const nested = weights.create_group('inner').create_group('innermost');
  nested.create_attribute('weight_names', ['kernel:0']);
  nested.create_dataset({ name: 'kernel:0', data: NUMBERS[0], shape: [6] });
}

const models = sharedPath('models');
let model: Uint8Array;

beforeAll(async () => {
  model = await writeFile(fillModel);
});

/** They leave 8 bytes of the smallest heap, two headers before them. */
const LETTERS = 4096 - 2 * 16 - 8;
const MUTANTS = 150;
/** Whatever fits into any file. */
const PLENTY = Number.POSITIVE_INFINITY;

describe('files of the earliest form', () => {
  it('are read as the library reads them', async () => {
    const read = readEarliest(model, PLENTY);
    expect(read && entries(read)).toEqual(await byLibrary(model));
    expect(read?.groups.get('weights')?.datasets.get('numbers 1')).toEqual({
      shape: SHAPE,
      data: Float32Array.from(NUMBERS[0]),
    });
    expect([...(read?.groups.keys() ?? [])]).toEqual(['weights']);
  });

  it('may have groups of many names, in trees of several levels', async () => {
    const bytes = await writeFile((file) => {
      for (let index = 0; index < 700; index++) file.create_group(`group ${index * 7}`);
    });
    const read = readEarliest(bytes, PLENTY);
    expect(read?.groups.size).toBe(700);
    expect(read && entries(read)).toEqual(await byLibrary(bytes));
  });

  it.skipIf(models === undefined)(`are all that Keras wrote (${NO_SHARED})`, async () => {
    const folder = models as string;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => ['.h5', '.keras'].includes(extname(name)))
      .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
    for (const { name, bytes } of files) {
      const weights = name.endsWith('.h5') ? bytes : unzipSync(bytes)['model.weights.h5'];
      const read = readEarliest(weights, PLENTY);
      expect(read && entries(read), name).toEqual(await byLibrary(weights));
    }
  });
});

describe('what is left to the library', () => {
  it.each<[string, (file: hdf5.File) => void]>([
    ['chunks', (file) => file.create_dataset({ name: 'x', data: NUMBERS[0], shape: [6], chunks: [3] })],
    ['links by name', (file) => file.create_soft_link('/weights', 'same')],
    ['texts as arrays', (file) => file.create_dataset({ name: 'x', data: ['a', 'b'] })],
    ['names of other letters', (file) => file.create_group('größe')],
  ])('are %s', async (_, fill) => {
    expect(readEarliest(await writeFile(fill), PLENTY)).toBeUndefined();
  });

  it('are files cut off anywhere, and contents of more bytes than allowed', () => {
    for (let length = 0; length < model.length; length += 97)
      expect(readEarliest(model.slice(0, length), PLENTY)).toBeUndefined();
    expect(readEarliest(model, 100)).toBeUndefined();
  });

  it('are attributes whose type or shape has less bytes than it needs', () => {
    const at = Buffer.from(model).indexOf('text\0') - 8;
    expect([...model.subarray(at, at + 8)]).toEqual([1, 0, 5, 0, 20, 0, 8, 0]);
    for (const size of [at + 4, at + 6]) {
      const bytes = model.slice();
      bytes[size]--;
      expect(readEarliest(bytes, PLENTY)).toBeUndefined();
    }
  });

  it('are heaps that are smaller than the library makes them', async () => {
    const bytes = await writeFile((file) => file.create_attribute('text', 'x'.repeat(LETTERS)));
    expect(readEarliest(bytes, PLENTY)).toBeDefined();
    const at = Buffer.from(bytes).indexOf('GCOL') + 8;
    expect([...bytes.subarray(at, at + 2)]).toEqual([0, 0x10]);
    bytes.set([0xf8, 0x0f], at);
    expect(readEarliest(bytes, PLENTY)).toBeUndefined();
    await expect(byLibrary(bytes)).rejects.toThrow('damaged');
  });

  it('are blocks of messages that two objects share', async () => {
    const bytes = await writeFile((file) => {
      for (const name of ['one', 'two']) {
        const group = file.create_group(name);
        for (let index = 0; index < 2; index++) group.create_attribute(`text ${index}`, 'same');
      }
    });
    const isContinuation = (at: number) => Buffer.from(bytes).readBigUInt64LE(at) === 0x10_0010n;
    const [first, second] = Array.from({ length: bytes.length / 8 - 3 }, (_, index) => 8 * index).filter(
      isContinuation,
    );
    expect(readEarliest(bytes, PLENTY)).toBeDefined();
    bytes.copyWithin(second + 8, first + 8, first + 24);
    expect(readEarliest(bytes, PLENTY)).toBeUndefined();
    await expect(byLibrary(bytes)).rejects.toThrow('damaged');
  });

  it('are damaged files, but for those that it reads alike', async () => {
    const random = createRandom(19, 'earliest');
    let alike = 0;
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const bytes = model.slice();
      // Most bytes are zeros, and most of those mean nothing.
      let at = random.below(bytes.length);
      while (bytes[at] === 0 && random.below(4) > 0) at = random.below(bytes.length);
      bytes[at] = random.below(2) === 0 ? bytes[at] ^ (1 << random.below(8)) : random.below(256);
      const read = readEarliest(bytes, PLENTY);
      if (read === undefined) continue;
      expect(entries(read), `byte ${at}`).toEqual(await byLibrary(bytes));
      alike++;
    }
    expect(alike).toBeGreaterThan(MUTANTS / 4);
    expect(alike).toBeLessThan(MUTANTS);
  });
});
