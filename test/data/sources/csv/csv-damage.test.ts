/** Whatever bytes a table of text has: it is read or refused with a sentence, and both ways of reading cells agree. */

import { expect, it } from 'vitest';
import { TinymlError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { PlainCells } from '../../../../src/data/sources/csv/plain-cells.ts';
import { readQuoted } from '../../../../src/data/sources/csv/quoted-cells.ts';
import { csvSource } from '../../../../src/data/sources/csv.ts';
import { dataFile, readFiles, STRICT, skipping } from '../files.ts';
import { mutated } from '../source-files.ts';

const ORIGINALS = [
  'a,b,c\n1,2.5,red\n-3,4e2,blue\n,NA,red\n',
  '\ufeffDate;"v";c\r\n10/03/2004 18.00.00;"2,6";"x ""y"" z"\r\n13/03/2004;-200;"two\r\nlines"',
  'Ä\tb\n2024-01-01\t1\n2024-01-02\t€\n',
].map((text) => new TextEncoder().encode(text));

it.each([
  ['strictly', () => STRICT],
  ['skipping', () => skipping()],
])(
  'damaged files are read or refused, %s',
  async (_, context) => {
    const random = createRandom(1, 'damaged tables');
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const file = dataFile('x.csv', mutated(ORIGINALS[i % ORIGINALS.length], 100, random));
      csvSource.recognizes(mutated(ORIGINALS[i % ORIGINALS.length], 100, random));
      try {
        await readFiles(csvSource, [file], {}, context());
      } catch (error) {
        if (!(error instanceof TinymlError) || error.kind === 'internal') throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(15);
  },
  30_000,
);

it('cells of text without quotation marks are those that papaparse finds', () => {
  const random = createRandom(2, 'cells');
  const pieces = [
    '1',
    '2',
    '90',
    '-',
    '+',
    '.',
    ',',
    ';',
    ' ',
    '\n',
    '\r\n',
    'e5',
    'E-3',
    'x',
    'ä',
    '0.8250000000000002',
    'inf',
    '\t',
  ];
  for (let i = 0; i < 300; i++) {
    const text = `${Array.from({ length: 40 }, () => pieces[random.below(pieces.length)]).join('')}\n`;
    const bytes = new TextEncoder().encode(text);
    for (const decimal of ['.', ','] as const) {
      const plain = new PlainCells(';', decimal);
      const lines = plain.read(bytes, 1);
      const quoted = readQuoted(bytes, ';', decimal, 1, false);
      const parsed = quoted.cells;
      expect([plain.rows, lines]).toEqual([parsed.rows, quoted.lines]);
      const count = plain.rowStarts[plain.rows];
      expect([...plain.rowStarts.subarray(0, plain.rows + 1)]).toEqual([...parsed.rowStarts]);
      expect([...plain.numbers.subarray(0, count)]).toEqual([...parsed.numbers]);
      const texts = (cells: Pick<PlainCells, 'text'>) =>
        Array.from({ length: count }, (_, cell) => cells.text(cell));
      expect(texts(plain)).toEqual(texts(parsed));
      expect(plain.rows === 0 || plain.line(plain.rows - 1) === parsed.line(parsed.rows - 1)).toBe(true);
    }
  }
});
