/** Tables of text: what people's files look like, and what is wrong with them. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { csvFormatSchema } from '../../../../src/data/sources/csv/csv-format.ts';
import { csvSource } from '../../../../src/data/sources/csv.ts';
import { UNLISTED } from '../../../../src/data/sources/text-table.ts';
import { NO_SHARED, sharedPath } from '../../../shared.ts';
import { dataFile, readFiles, refusal, rowsOf, STRICT, skipping } from '../files.ts';

const read = (text: string | Uint8Array, options = {}, context = STRICT) =>
  readFiles(csvSource, [dataFile('x.csv', text)], options, context);
const named = (columns: readonly { name: string; kind: string }[]) =>
  columns.map(({ name, kind }) => `${name}: ${kind}`);

describe('a table of text', () => {
  it.each([
    ['commas', 'a,b\n1,2\n3,4.5\n'],
    ['no final newline', 'a,b\n1,2\n3,4.5'],
    ['CRLF', 'a,b\r\n1,2\r\n3,4.5\r\n'],
    ['a byte order mark', '\ufeffa,b\n1,2\n3,4.5\n'],
    ['carriage returns alone', 'a,b\r1,2\r3,4.5\r'],
    ['empty lines', 'a,b\n\n1,2\n\r\n3,4.5\n\n'],
    ['blanks', 'a, b\n 1,2 \n3 , 4.5\n'],
    ['tabs', 'a\tb\n1\t2\n3\t4.5\n'],
    ['semicolons', 'a;b\n1;2\n3;4.5\n'],
    ['semicolons and decimal commas', 'a;b\n1;2\n3;4,5\n'],
    ['quoted decimal commas among integers', 'a,b\n1,2\n3,"4,5"\n'],
    ['quotes around everything', '"a","b"\r\n"1","2"\r\n"3","4.5"'],
    ['a delimiter behind the last value', 'a,b,\n1,2,\n3,4.5,\n'],
    ['exponents', 'a,b\n1e0,200E-2\n+3,.45e1\n'],
  ])('with %s', async (_, text) => {
    const { columns, values } = await read(text);
    expect(named(columns)).toEqual(['a: number', 'b: number']);
    expect(values).toEqual([
      [1, 2],
      [3, 4.5],
    ]);
  });

  it.each(['utf-16le', 'utf-16be'])('in %s', async (encoding) => {
    const little = Buffer.from('\ufeffä;b\n1;2\n', 'utf16le');
    const { columns, values } = await read(encoding === 'utf-16le' ? little : little.swap16());
    expect([columns[0].name, values]).toEqual(['ä', [[1, 2]]]);
  });

  it('without a header has columns x0, x1, …', async () => {
    const { format, columns, values } = await read('1;2\n3;4\n');
    expect(format.header).toBe(false);
    expect([named(columns), values]).toEqual([
      ['x0: number', 'x1: number'],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it('names columns that are called the same or nothing', async () => {
    const { columns } = await read(',a,a,a.1\n1,2,3,4\n');
    expect(columns.map(({ name }) => name)).toEqual(['x0', 'a', 'a.2', 'a.1']);
  });

  it('has classes, and missing values in every kind of column', async () => {
    const { columns, values } = await read(
      'n,c,t\n1,red,2024-01-02\n?,"blue, dark",NA\n,,2024-01-03 01:00\n2,red,null\n',
    );
    expect(named(columns)).toEqual(['n: number', 'c: category', 't: time']);
    expect(columns[1].texts).toEqual(['red', 'blue, dark']);
    const day = Date.UTC(2024, 0, 2);
    expect(values).toEqual([
      [1, 0, day],
      [Number.NaN, 1, Number.NaN],
      [Number.NaN, Number.NaN, day + 25 * 3_600_000],
      [2, 0, Number.NaN],
    ]);
  });

  it('a text that means missing may be a number', async () => {
    const { values } = await read('a\n-200\n"-200,0"\n"2,6"\n', { missing: ['', '-200'] });
    expect(values).toEqual([[Number.NaN], [Number.NaN], [2.6]]);
  });

  it('quotes may hold quotes, delimiters and line feeds', async () => {
    const { columns, values } = await read('c,n\n"say ""x"",\ntwice",1\n"5"" pipe" ,2\n5" pipe,3\n');
    expect(columns[0].texts).toEqual(['say "x",\ntwice', '5" pipe']);
    expect(values).toEqual([
      [0, 1],
      [1, 2],
      [1, 3],
    ]);
  });

  it('commas in front of three digits each are no decimals', async () => {
    const { format, columns } = await read('a,b\n"1,234",1\n"5,678",2\n');
    expect([format.decimal, columns[0].kind]).toEqual(['.', 'category']);
  });

  it('is what the project file says it is', async () => {
    const context = { ...STRICT, kinds: { label: 'category' } as const };
    const { columns, values } = await read('label,x\n1.0,2\n0.0,3\n', {}, context);
    expect([columns[0].texts, values]).toEqual([
      ['1.0', '0.0'],
      [
        [0, 2],
        [1, 3],
      ],
    ]);
  });
});

describe('dates', () => {
  it.each([
    ['10/03/2004', '13/03/2004', 'day-month-year', Date.UTC(2004, 2, 10)],
    ['03/10/2004', '03/13/2004', 'month-day-year', Date.UTC(2004, 2, 10)],
    ['10.03.2004 18:00', '13.03.2004 18:00', 'day-month-year', Date.UTC(2004, 2, 10, 18)],
    ['3/10/04 6:05:01 PM', '3/13/04 6:05:01 PM', 'month-day-year', Date.UTC(2004, 2, 10, 18, 5, 1)],
    ['2004-03-10T18:00:00.5+01:00', '2004-03-11', 'iso', Date.UTC(2004, 2, 10, 17, 0, 0, 500)],
    ['2004/3/10', '2004/3/11', 'iso', Date.UTC(2004, 2, 10)],
    ['18.00.00', '19.00.00', 'iso', 18 * 3_600_000],
    ['18:30', '19:30', 'iso', 18.5 * 3_600_000],
  ])('%s', async (first, second, order, expected) => {
    const { format, columns, values } = await read(`t,x\n${first},1\n${second},2\n`);
    expect([format.dates, columns[0].kind, values[0][0]]).toEqual([order, 'time', expected]);
  });

  it.each(['30/02/2004', '2004-13-01', '2004-02-30', '25:00:00', '10:60'])('%s is none', async (text) => {
    const { columns } = await read(`t,x\n${text},1\n`, { dates: 'day-month-year' });
    expect(columns[0].kind).toBe('category');
  });
});

describe('several files', () => {
  const files = (...texts: string[]) => texts.map((text, i) => dataFile(`${i}.csv`, text));

  it('have the same columns in any order', async () => {
    const { rows } = await readFiles(csvSource, files('a,b\n1,2\n3,4\n', 'b,a\n6,5\n'));
    expect(rows).toEqual([
      { file: '0.csv', row: 0, values: [1, 2] },
      { file: '0.csv', row: 1, values: [3, 4] },
      { file: '1.csv', row: 0, values: [5, 6] },
    ]);
  });

  it.each([
    ['a\n5\n', '1.csv lacks the column "b" of 0.csv'],
    ['a,b,c\n5,6,7\n', '1.csv has the column "c", which 0.csv lacks'],
  ])('or are refused: %j', async (second, message) => {
    const both = files('a,b\n1,2\n', second);
    expect(await refusal(readFiles(csvSource, both))).toMatchObject({
      kind: 'input',
      code: 'bad-data',
      message,
    });
    const context = skipping();
    const { values } = await readFiles(csvSource, both, {}, context);
    expect([values, context.skipped]).toEqual([[[1, 2]], [message]]);
  });

  it('empty ones have no rows', async () => {
    const { values } = await readFiles(csvSource, files('', 'a,b\n', 'a,b\n1,2\n'));
    expect(values).toEqual([[1, 2]]);
    expect(await refusal(readFiles(csvSource, files('')))).toMatchObject({ kind: 'input', code: 'no-data' });
  });
});

describe('what is wrong', () => {
  const body = `a,b\n${'1,2\n'.repeat(50)}`;
  it.each([
    ['too few values', `${body}7\n8,9\n`, 'x.csv: row 51 (line 52) has 1 value, and the file has 2 columns'],
    ['too many', `${body}7,8,9\n8,9\n`, 'x.csv: row 51 (line 52) has 3 values, and the file has 2 columns'],
    [
      'a text among numbers',
      `${body}\nabc,8\n8,9\n`,
      'x.csv: row 51 (line 53) holds "abc" in column "a", which is no number',
    ],
    [
      'infinity',
      `${body}8,-inf\n8,9\n`,
      'x.csv: row 51 (line 52) holds "-inf" in column "b", which is not finite',
    ],
    [
      'beyond doubles',
      `${body}8,1e999\n8,9\n`,
      'x.csv: row 51 (line 52) holds "1e999" in column "b", which is not finite',
    ],
    [
      'text behind quotes',
      `${body}"8"x,1\n8,9\n`,
      'x.csv: row 51 (line 52) has text behind a closing quotation mark',
    ],
    [
      'a hexadecimal number',
      `${body}0x10,1\n8,9\n`,
      'x.csv: row 51 (line 52) holds "0x10" in column "a", which is no number',
    ],
  ])('%s is named, or left out', async (_, text, message) => {
    expect(await refusal(read(text))).toMatchObject({ kind: 'input', code: 'bad-data', message });
    const context = skipping();
    const { rows } = await read(text, {}, context);
    expect(context.skipped).toEqual([message]);
    expect(rows.length).toBe(51);
    expect(rows.at(-1)).toEqual({ file: 'x.csv', row: 51, values: [8, 9] });
  });

  it('wrong quotation marks on every line end with the first of them', async () => {
    const text = `a,b\n${'"8"x,1\n'.repeat(20_000)}`;
    // Of the processor, which others may use besides.
    const started = process.cpuUsage();
    expect((await refusal(read(text))).message).toBe(
      'x.csv: row 1 (line 2) has text behind a closing quotation mark',
    );
    expect(process.cpuUsage(started).user).toBeLessThan(2e6);
  });

  it('quotation marks that stay open', async () => {
    const message = 'x.csv: row 2 (line 3) has a quotation mark that is never closed';
    expect((await refusal(read('a,b\n1,2\n"3,4\n5,6\n'))).message).toBe(message);
    const context = skipping();
    const { rows } = await read('a,b\n1,2\n"3,4\n5,6\n', {}, context);
    expect([context.skipped, rows.map(({ row }) => row)]).toEqual([[message], [0, 2]]);
    expect((await refusal(read(`a,b\n1,2\n"3,4\n${'5,6\n'.repeat(2 ** 21)}`))).message).toContain(
      'x.csv: the row that begins in line 3 has no end within 4194304 bytes; a quotation mark is never closed',
    );
  });

  it.each([
    [
      'in a value',
      'c,n\nMünchen,1\n',
      'x.csv: row 1 (line 2) holds bytes in column "c", which are not UTF-8',
    ],
    [
      'in a quoted value',
      '"c","n"\n"München","1"\n',
      'x.csv: row 1 (line 2) holds bytes in column "c", which are not UTF-8',
    ],
    ['in a name', 'Höhe,n\n1,1\n', 'x.csv: column 1 has a name that is not UTF-8'],
  ])('another encoding %s', async (_, text, message) => {
    expect(await refusal(read(Buffer.from(text, 'latin1')))).toMatchObject({ code: 'bad-data', message });
  });

  it('UTF-16 without a mark, and what is no text', async () => {
    expect((await refusal(read(Buffer.from('a;b\n1;2\n', 'utf16le')))).message).toContain(
      'x.csv holds zero bytes',
    );
  });

  it('a million columns', async () => {
    expect(await refusal(read(`${'1,'.repeat(1e6)}1\n`, { header: false }))).toMatchObject({
      kind: 'input',
      code: 'too-large',
      message: 'x.csv: row 1 has 1000001 columns, and at most 65536 are read',
    });
    expect(await refusal(read(`${'12345,'.repeat(1e6)}1\n`))).toMatchObject({
      kind: 'input',
      code: 'too-large',
    });
  });

  it('columns that are not there', async () => {
    const context = { ...STRICT, kinds: { Temprature: 'number' } as const };
    expect(await refusal(read('Temperature,b\n1,2\n', {}, context))).toMatchObject({
      kind: 'input',
      code: 'unknown-column',
      hint: 'Did you mean "Temperature"?',
    });
  });
});

it('a column of identifiers keeps a bounded number of texts', async () => {
  const lines = Array.from({ length: 70_000 }, (_, i) => `id${i},${i}`);
  const { columns, values } = await read(`id,n\n${lines.join('\n')}\n${'y'.repeat(300)},1\n`);
  expect(columns[0].texts?.length).toBe(65_536);
  expect([values[65_535][0], values[65_536][0], values.at(-1)]).toEqual([65_535, UNLISTED, [UNLISTED, 1]]);
});

it('rows are the same wherever pieces of the file end, and when they are read again', async () => {
  const random = createRandom(3, 'pieces');
  const expected: number[][] = [];
  const names = ['plain', 'with, comma', 'with\nfeed', 'ä'.repeat(20)];
  let text = 'a,b,c\r\n';
  for (let row = 0; row < 20_000; row++) {
    const [a, b, c] = [
      Math.round(random.uniform() * 1e6) / 1e3,
      random.uniform(),
      Math.floor(random.uniform() * 4),
    ];
    const quoted = row % 1000 > 900;
    expected.push([a, b, c]);
    text += `${a},${b},${quoted ? `"${names[c]}"` : c === 0 ? 'plain' : names[3]}\r\n`;
    if (!quoted && c !== 0) expected[row][2] = 3;
  }
  const file = dataFile('x.csv', text);
  const source = await csvSource.open([file], csvFormatSchema.parse({}), STRICT);
  for (let time = 0; time < 2; time++) {
    const rows = await rowsOf(source);
    expect(rows.length).toBe(expected.length);
    const texts = source.columns[2].texts as readonly string[];
    const wrong = rows.findIndex(({ row, values: [a, b, c] }, i) => {
      const [x, y, z] = expected[i];
      return row !== i || a !== x || b !== y || texts[c] !== names[z];
    });
    expect(wrong).toBe(-1);
  }
});

describe('recognizes', () => {
  const recognizes = (head: string | Uint8Array) =>
    csvSource.recognizes(typeof head === 'string' ? new TextEncoder().encode(head) : head);

  it('text, and neither JSON nor bytes', () => {
    expect(recognizes('a,b\n1,2\n')).toBe(true);
    expect(recognizes('1\n2\n')).toBe(true);
    expect(recognizes(Buffer.from('\ufeffa;b\n1;2\n', 'utf16le'))).toBe(true);
    expect(recognizes('[{"a": 1}]')).toBe(false);
    expect(recognizes(' {"a": 1}\n{"a": 2}')).toBe(false);
    expect(recognizes(Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0))).toBe(false);
    expect(recognizes('')).toBe(false);
  });
});

describe.skipIf(sharedPath('data') === undefined)(`real data (${NO_SHARED})`, () => {
  const folder = (...parts: string[]) => {
    const path = sharedPath('data', ...parts) as string;
    return readdirSync(path)
      .filter((name) => name.endsWith('.csv'))
      .sort()
      .map((name) => dataFile(name, readFileSync(`${path}/${name}`)));
  };

  it('airquality', async () => {
    const { format, columns, values } = await readFiles(csvSource, folder('airquality'));
    expect(format).toMatchObject({ delimiter: ',', decimal: ',', dates: 'day-month-year', header: true });
    expect(columns.map(({ kind }) => kind)).toEqual(['time', 'time', ...Array(13).fill('number')]);
    expect(values.length).toBe(9357);
    expect(values[0].slice(0, 4)).toEqual([Date.UTC(2004, 2, 10), 18 * 3_600_000, 2.6, 1360]);
    expect(values.filter((row) => row[2] === -200).length).toBe(1683);
    expect(values.filter((row) => !row.includes(-200)).length).toBe(827);
  });

  it('ai4i2020', async () => {
    const { columns, values } = await readFiles(csvSource, folder('ai4i2020'));
    expect(columns.map(({ kind }) => kind)).toEqual([
      'number',
      'category',
      'category',
      ...Array(11).fill('number'),
    ]);
    const [M, L, H] = [0, 1, 2].map((type) => values.filter((row) => row[2] === type).length);
    expect([columns[2].texts, M, L, H]).toEqual([['M', 'L', 'H'], 2997, 6000, 1003]);
    expect(values.filter((row) => row[8] === 1).length).toBe(339);
  });

  it('skab', async () => {
    const { columns, values } = await readFiles(csvSource, folder('skab', 'valve1'));
    expect(columns.map(({ kind }) => kind)).toEqual(['time', ...Array(10).fill('number')]);
    expect(values.length).toBe(18_160);
  });

  it('wand', async () => {
    const { columns, rows } = await readFiles(csvSource, folder('wand', 'train'));
    expect([columns.length, rows.length, rows.length % 119]).toEqual([6, 11_900, 0]);
  });
});
