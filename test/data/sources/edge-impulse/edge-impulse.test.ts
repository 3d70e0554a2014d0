import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { readCbor } from '../../../../src/data/sources/edge-impulse/cbor.ts';
import { edgeImpulseSource } from '../../../../src/data/sources/edge-impulse.ts';
import { SOURCES } from '../../../../src/data/sources/index.ts';
import { dataFile, refusal, STRICT } from '../files.ts';
import { mutated, readRows } from '../source-files.ts';
import { cborOf } from './write-cbor.ts';

const SENSORS = [
  { name: 'accX', units: 'm/s2' },
  { name: 'accY', units: 'm/s2' },
];

function acquisition(values: readonly (number | readonly (number | null)[])[], sensors = SENSORS) {
  return {
    protected: { ver: 'v1', alg: 'HS256', iat: 1564128599 },
    signature: 'b0ee0572a1984b93b6bc56e6576e2cbbd6bccd65d0c356e26b31bbc9a48210c6',
    payload: { device_name: 'x', device_type: 'y', interval_ms: 10, sensors, values },
  };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const read = (files: Readonly<Record<string, Uint8Array>>, tolerant = false) =>
  readRows(
    edgeImpulseSource,
    Object.entries(files).map(([name, bytes]) => dataFile(name, bytes)),
    {},
    tolerant,
  );

const ROWS = [
  [-9.81, 0.25],
  [-300, 70_000],
];

describe('edge-impulse', () => {
  it.each([
    ['JSON', json(acquisition(ROWS))],
    [
      'JSON that begins with a byte order mark',
      Buffer.concat([Buffer.from('\ufeff'), json(acquisition(ROWS))]),
    ],
    ['CBOR', cborOf(acquisition(ROWS))],
    ['CBOR of open length', cborOf(acquisition(ROWS), 64, true)],
  ])('reads %s', async (_, bytes) => {
    const { columns, rows } = await read({ 'wave.1.json': bytes });
    expect(columns).toEqual(['accX', 'accY'].map((name) => ({ name, kind: 'number', shape: [] })));
    expect(rows).toEqual({ 'wave.1.json': ROWS });
    expect(edgeImpulseSource.recognizes(bytes.subarray(0, 4096))).toBe(true);
  });

  it('reads null as missing, and one sensor as plain numbers or as lists', async () => {
    const { rows } = await read({ x: json(acquisition([[1, null]])) });
    expect(rows.x).toEqual([[1, Number.NaN]]);
    const one = [{ name: 'audio', units: 'wav' }];
    expect((await read({ x: json(acquisition([1, 2], one)) })).rows.x).toEqual([[1], [2]]);
    expect((await read({ x: json(acquisition([[1], [2]], one)) })).rows.x).toEqual([[1], [2]]);
  });

  it('reads recordings of more than a block', async () => {
    const values = Array.from({ length: 40_000 }, (_, i) => [i, -i]);
    const opened = await edgeImpulseSource.open([dataFile('x', json(acquisition(values)))], {}, STRICT);
    let rows = 0;
    for await (const block of opened.blocks()) {
      expect([block.start, block.values[0]]).toEqual([rows, rows]);
      rows += block.rows;
    }
    expect(rows).toBe(40_000);
  });

  it('is told from other JSON', () => {
    const first = (bytes: Uint8Array) =>
      Object.values(SOURCES).find((source) => source.recognizes(bytes))?.name;
    expect(first(json(acquisition(ROWS)))).toBe('edge-impulse');
    expect(first(cborOf(acquisition(ROWS)))).toBe('edge-impulse');
    expect(first(json([{ payload: 1 }]))).toBe('json');
    expect(edgeImpulseSource.recognizes(Uint8Array.of(0xa1, 1, 2))).toBe(false);
    expect(edgeImpulseSource.recognizes(new Uint8Array(0))).toBe(false);
  });
});

describe('what is refused', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'x: it is no JSON, or was cut off'],
    ['JSON that was cut off', json(acquisition(ROWS)).subarray(0, 100), 'x: it is no JSON, or was cut off'],
    ['CBOR that was cut off', cborOf(acquisition(ROWS)).subarray(0, 100), 'x: its CBOR was cut off'],
    [
      'CBOR that goes on',
      Buffer.concat([cborOf(acquisition(ROWS)), Buffer.of(1)]),
      'x: it goes on behind the end of its CBOR',
    ],
    [
      'deep CBOR',
      Buffer.concat([Buffer.of(0xa1, 0x61, 0x61), Buffer.alloc(1000, 0x81)]),
      'x: its CBOR is nested more than 32 deep',
    ],
    ['other JSON', json({ a: 1 }), 'x: it is no acquisition: payload is missing or of another kind'],
    ['a list', json([1]), 'x: it is no acquisition: the whole is missing or of another kind'],
    [
      'no sensors',
      json(acquisition(ROWS, [])),
      'x: it is no acquisition: payload.sensors is missing or of another kind',
    ],
    [
      'one sensor twice',
      json(acquisition(ROWS, [SENSORS[0], SENSORS[0]])),
      'x: it has two sensors named "accX"',
    ],
    ['no samples', json(acquisition([])), 'x: it has no samples'],
    ['a short row', json(acquisition([[1, 2], [3]])), 'x: row 2 has 1 value for 2 sensors'],
    ['a number for a row', json(acquisition([1])), 'x: row 1 is no list of numbers'],
    [
      'a text',
      Buffer.from(JSON.stringify(acquisition([[1, 2]])).replace('[1,2]', '[1,"2"]')),
      'x: row 1 has no number for "accY"',
    ],
    [
      'infinity',
      Buffer.from(JSON.stringify(acquisition([[1, 2]])).replace('[1,2]', '[1e999,2]')),
      'x: row 1 holds infinity for "accX"',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await refusal(read({ x: bytes }))).toMatchObject({ kind: 'input', code: 'bad-data', message });
  });

  it('other sensors than the first file has, and no file', async () => {
    const other = json(acquisition([[1, 2]], [SENSORS[1], SENSORS[0]]));
    expect((await refusal(read({ a: json(acquisition(ROWS)), b: other }))).message).toBe(
      'b: its sensors are accY, accX, and those of the files before are accX, accY',
    );
    expect(await refusal(read({}))).toMatchObject({ code: 'no-data' });
  });

  it('a row that is skipped ends a block, and the others keep their numbers', async () => {
    const skipped: string[] = [];
    const files = [dataFile('x', json(acquisition([[1, 2], [3], [5, 6], [7, 8]])))];
    const context = { skip: ({ message }: Error) => skipped.push(message) };
    const opened = await edgeImpulseSource.open(files, {}, context);
    const blocks: number[][] = [];
    for await (const { start, rows, values } of opened.blocks()) blocks.push([start, rows, values[0]]);
    expect(blocks).toEqual([
      [0, 1, 1],
      [2, 2, 5],
    ]);
    expect(skipped).toEqual(['x: row 2 has 1 value for 2 sensors']);
  });

  it.each([
    ['JSON', json(acquisition(ROWS))],
    ['CBOR', cborOf(acquisition(ROWS), 32)],
    ['open CBOR', cborOf(acquisition(ROWS), 64, true)],
  ])('damaged %s gives rows or a sentence', async (name, original) => {
    const random = createRandom(14, `mutants of ${name}`);
    let good = 0;
    for (let i = 0; i < 600; i++) {
      const bytes = mutated(original, original.length, random);
      try {
        const { rows, skipped } = await readRows(edgeImpulseSource, [dataFile('x', bytes)], {}, true);
        if (skipped.length === 0 && rows.x !== undefined) good++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'no-data' });
      }
    }
    expect(good).toBeGreaterThan(20);
    expect(good).toBeLessThan(580);
  });
});

describe('readCbor', () => {
  // The examples of RFC 8949, appendix A.
  it.each([
    ['00', 0],
    ['1864', 100],
    ['1903e8', 1000],
    ['1a000f4240', 1000000],
    ['1b000000e8d4a51000', 1000000000000],
    ['3863', -100],
    ['f90000', 0],
    ['f93e00', 1.5],
    ['f97bff', 65504],
    ['f90001', 2 ** -24],
    ['f9c400', -4],
    ['f97c00', Number.POSITIVE_INFINITY],
    ['f97e00', Number.NaN],
    ['fa47c35000', 100000],
    ['fb3ff199999999999a', 1.1],
    ['f5', true],
    ['f6', null],
    ['f7', null],
    ['c11a514b67b0', 1363896240],
    ['62c3bc', 'ü'],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['5f42010243030405ff', Uint8Array.of(1, 2, 3, 4, 5)],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
  ])('%s', (hex, value) => expect(readCbor(Buffer.from(hex, 'hex'))).toEqual(value));
});
