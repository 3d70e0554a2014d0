import { strToU8, unzipSync, zipSync } from 'fflate';
import * as hdf5 from 'h5wasm';
import { describe, expect, test } from 'vitest';
import { TinymlError } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/random.ts';
import { readKerasH5 } from '../../src/formats/hdf5/keras-h5.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { readKerasZip } from '../../src/formats/keras-zip/read.ts';

import { fixture, MUTATED_FORMATS, mutated } from './mutants.ts';

describe.each(MUTATED_FORMATS)('$name', ({ name, count, read }) => {
  test('mutants are read or refused, with a sentence', async () => {
    const original = fixture(name);
    const random = createRandom(11, name);
    const outcomes = { read: 0, refused: 0 };
    for (let mutant = 0; mutant < count; mutant++) {
      const bytes = mutated(original, name, random);
      try {
        importKeras(await read(bytes));
        outcomes.read++;
      } catch (error) {
        expect(error, `mutant ${mutant}: ${error}`).toBeInstanceOf(TinymlError);
        expect(['input', 'unsupported']).toContain((error as TinymlError).kind);
        expect((error as TinymlError).message.length).toBeLessThan(1000);
        outcomes.refused++;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(count / 4);
    // What was stopped half-way leaves nothing behind.
    expect(await read(original)).toEqual(await read(original));
  });
});

/** A file of many small groups, which takes its time to read. */
async function slowFile(): Promise<Uint8Array> {
  const { FS } = await hdf5.ready;
  const file = new hdf5.File('/slow.h5', 'w');
  for (let group = 0; group < 3000; group++) file.create_group(`group ${group}`);
  file.close();
  return (FS as { readFile(path: string): Uint8Array }).readFile('/slow.h5');
}

test('a read that takes too long is stopped, and the next file is read', async () => {
  await expect(readKerasH5(await slowFile(), 1)).rejects.toThrow(
    expect.objectContaining({
      kind: 'input',
      code: 'bad-hdf5',
      message: 'The HDF5 file is damaged: reading it takes more than 0.001 seconds.',
    }),
  );
  expect((await readKerasH5(fixture('tiny.h5'))).weights.length).toBe(11);
});

test('weights in a .keras file are covered by checksums', async () => {
  // Stored without compression, as Keras does.
  const original = zipSync(unzipSync(fixture('tiny.keras')), { level: 0 });
  const random = createRandom(5, 'checksum');
  const expected = await readKerasZip(original);
  for (let mutant = 0; mutant < 60; mutant++) {
    const copy = Uint8Array.from(original);
    copy[random.below(copy.length)] ^= 1 << random.below(8);
    const read = await readKerasZip(copy).catch((error: unknown) => error);
    if (!(read instanceof TinymlError)) expect(read).toEqual(expected);
  }
});

const config = JSON.stringify({
  class_name: 'Sequential',
  config: {
    name: 's',
    layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, batch_input_shape: [null, 1] } }],
  },
});

function keras(members: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(members).map(([name, content]) => [
        name,
        typeof content === 'string' ? strToU8(content) : content,
      ]),
    ),
  );
}

/** The archive with the size that its directory tells of the first member replaced. */
function withDeclaredSize(archive: Uint8Array, bytes: number): Uint8Array {
  const copy = Uint8Array.from(archive);
  const view = new DataView(copy.buffer);
  let entry = copy.length - 4;
  while (view.getUint32(entry, true) !== 0x02014b50 || view.getUint32(entry + 42, true) !== 0) entry--;
  view.setUint32(entry + 24, bytes, true);
  return copy;
}

const bomb = keras({ 'config.json': ' '.repeat(1 << 24) });
const nested = `${'['.repeat(50_000)}1${']'.repeat(50_000)}`;

test.each([
  ['no members', keras({}), 'input', 'bad-keras'],
  ['no weights', keras({ 'config.json': config, 'metadata.json': '{}' }), 'input', 'bad-keras'],
  [
    'weights in other files',
    keras({ 'config.json': config, 'metadata.json': '{}', 'model.weights.json': '{}' }),
    'unsupported',
    'keras-weight-store',
  ],
  ['endless nesting', keras({ 'config.json': nested, 'metadata.json': '{}' }), 'input', 'bad-keras'],
  ['members outside', keras({ '../config.json': config, '/config.json': config }), 'input', 'bad-keras'],
  ['a size below the content', withDeclaredSize(bomb, 1000), 'input', 'bad-zip'],
  ['a size beyond what DEFLATE can make', withDeclaredSize(bomb, 400_000_000), 'input', 'bad-zip'],
  ['a size beyond bearing', withDeclaredSize(bomb, 0xffffffff), 'unsupported', 'model-too-large'],
  [
    'weights that are no HDF5 file',
    keras({ 'config.json': config, 'metadata.json': '{}', 'model.weights.h5': 'x' }),
    'input',
    'bad-hdf5',
  ],
])('a .keras file with %s', async (_, bytes, kind, code) => {
  await expect(readKerasZip(bytes)).rejects.toThrow(expect.objectContaining({ kind, code }));
});
