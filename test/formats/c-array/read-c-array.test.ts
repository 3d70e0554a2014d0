import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { readCArray } from '../../../src/formats/c-array/read-c-array.ts';
import { cArrayFiles } from '../../../src/targets/c-array/c-array-files.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { countedText } from './counted-text.ts';
import { STYLES, xxd } from './styles.ts';

/** Every byte value, behind what marks a model. */
/** By the tokens themselves, by who looks ahead for a continued line, and by who asks what a token is. */
const MOST_READS = 10;

const MODEL = Uint8Array.from([
  28,
  0,
  0,
  0,
  0x54,
  0x46,
  0x4c,
  0x33,
  ...Array.from({ length: 256 }, (_, i) => i),
]);

function refusal(text: string): { code: string; message: string } {
  try {
    readCArray(text);
  } catch (error) {
    if (error instanceof TinymlError && error.kind === 'input') return error;
    throw error;
  }
  throw new Error('was read');
}

describe('readCArray', () => {
  it.each(Object.entries(STYLES))('%s', (_, { name, write }) => {
    expect(readCArray(write(MODEL))).toEqual({ name, bytes: MODEL });
  });

  it.each(['tflm', 'arduino'] as const)('what export-c writes, style %s', (style) => {
    const facts = { inputs: [{ name: '*/ x[] = {', dtype: 'int8', shape: [1] }], outputs: [] } as const;
    const [source, header] = cArrayFiles(MODEL, facts, { name: 'g_model', style });
    expect(readCArray(source.text)).toEqual({ name: 'g_model', bytes: MODEL });
    expect(readCArray(header.text + source.text).bytes).toEqual(MODEL);
    expect(refusal(header.text)).toMatchObject({
      code: 'no-model-array',
      message: 'The source has no array with values.',
    });
  });

  it('lists several models, and refuses to choose', () => {
    expect(refusal(xxd(MODEL, 'a') + xxd(MODEL, 'b') + xxd(MODEL.subarray(9), 'c'))).toMatchObject({
      code: 'several-models',
      message:
        'The source has several arrays that hold a TensorFlow Lite model: a (264 bytes); b (264 bytes).',
    });
  });

  it('lists the arrays that hold none, with the reason', () => {
    const text = `uint8_t a[] = {1, 2}; float b[] = {0.5f}; int c[] = {1, 256}; int d[1][1] = {{1}, {2}};
      char e[] = {N}; char f[] = {[0] = 1}; char g[] = {1\n#include "x"\n}; char h[] = {1 2}; char i[] = {-129};
      char j[] = {}; char k[] = {1}; char l[] = {1}; char m[] = {''};`;
    expect(refusal(text).message).toBe(
      'No array of the source holds a TensorFlow Lite model (TFL3 at byte 4): a (2 bytes); ' +
        'b, which has the element "0.5f", which is no byte; c, which has the element "256", which is no byte; ' +
        'd, which is a list of lists; e, which has "N" as an element; f, which has "[" as an element; ' +
        'g, which has "#include \\"x\\"" where a comma belongs; h, which has "2" where a comma belongs; ' +
        'i, which has the element "129", which is no byte; j (0 bytes); 3 more.',
    );
  });

  it('tells of an array that is cut off', () => {
    const text = STYLES['Arduino model.cpp'].write(MODEL);
    expect(refusal(text.slice(0, -300))).toMatchObject({
      code: 'bad-c-array',
      message: expect.stringMatching(/^The array g_model is cut off, after 2\d\d bytes\.$/),
    });
  });

  it.each([
    [xxd(MODEL).replace('0x01, 0x02, ', ''), 'm_tflite_len says 264'],
    [`const char m[999] = {${MODEL.join()}};`, 'm[999] says 999'],
    [`const int m_size = 9; const char m[] = {${MODEL.join()}};`, 'm_size says 9'],
  ])('a length that the source contradicts %#', (text, said) => {
    const { code, message } = refusal(text);
    expect(code).toBe('c-array-length');
    expect(message).toContain(`bytes, but ${said}.`);
  });

  it.each([
    '',
    '{',
    '=',
    '[',
    'a[',
    'a[1',
    'a[1]={',
    'a={{',
    "'",
    '"',
    '/*',
    '//\\',
    'R"(',
    '\\',
    '#\\\n',
    'a=1',
  ])('refuses %j', (text) => {
    expect(refusal(text).message.length).toBeLessThan(400);
  });

  it.each([
    'R"(',
    '"',
    "'",
    '/',
    '/*',
    '\\\n',
    '{',
    '[',
    'a[',
    'a[]={',
    'a[]={1,',
    '(',
    '#\n',
    'a=1;',
    'a_size=1;',
    '0x',
    "1'",
    '-',
  ])('reads no character of many %j more than a few times', (part) => {
    const plain = part.repeat(100_000 / part.length);
    const { text, charactersRead } = countedText(plain);
    expect(refusal(text).message).toBe(refusal(plain).message);
    expect(charactersRead() / plain.length).toBeLessThan(MOST_READS);
  });

  it('mutants are read or refused', () => {
    const random = createRandom(17, 'c-array');
    const signs = '{}[]()=;,"\'\\/*#\n0x9aR-\u0000é';
    const texts = Object.values(STYLES).map(({ write }) => write(MODEL));
    const outcomes = { read: 0, refused: 0 };
    for (let mutant = 0; mutant < 4000; mutant++) {
      const letters = [...texts[mutant % texts.length]];
      for (let change = 1 + random.below(4); change > 0; change--) {
        const at = random.below(random.below(2) === 0 ? letters.length : 300);
        if (random.below(8) === 0) letters.length = at;
        else letters.splice(at, random.below(3), signs[random.below(signs.length)]);
      }
      try {
        const { bytes } = readCArray(letters.join(''));
        expect(Array.from(bytes.subarray(4, 8))).toEqual([0x54, 0x46, 0x4c, 0x33]);
        outcomes.read++;
      } catch (error) {
        expect(error).toBeInstanceOf(TinymlError);
        expect((error as TinymlError).message.length).toBeLessThan(2000);
        outcomes.refused++;
      }
    }
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(400);
  });

  const models = sharedPath('models', 'tflm');
  it.skipIf(models === undefined)(`public models (${NO_SHARED})`, () => {
    const folder = models as string;
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.tflite'))) {
      const model = readFileSync(join(folder, file));
      expect(Buffer.from(readCArray(xxd(model)).bytes).equals(model)).toBe(true);
    }
  });
});
