/** In a terminal sentences are broken between words; pipes and files get them as they are. */

import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { sentenceFor, sentenceLine } from '../../src/cli/terminal/wrap-sentence.ts';
import { removeFolders } from './run-main.ts';
import { makeFiles } from './table-projects.ts';

afterAll(removeFolders);

const write = (): boolean => true;
const terminal = (columns: number) => ({ isTTY: true, columns, write });

describe('a sentence', () => {
  const text = 'Rows in which something is missing are left out of training, and are counted.';

  it('has its words whole, in lines that fit behind what stands before the first', () => {
    const lines = sentenceFor(terminal(30), text, 8).split('\n');
    expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
    expect(lines.map((line, index) => line.length + (index === 0 ? 8 : 0) <= 30)).not.toContain(false);
    expect(lines.slice(1).every((line) => /^ {8}\S/.test(line))).toBe(true);
  });

  it.each([
    [
      'Or say it: tinyml predict m.tflite --input x.csv. It helps.',
      /^tinyml predict m\.tflite --input x\.csv\. It$/m,
    ],
    [
      'Put { "step": "fill" } in, or run "tinyml inspect m.tflite" first.',
      /^"tinyml inspect m\.tflite" first\.$/m,
    ],
  ])('keeps together what is copied: %s', (sentence, line) => {
    expect(sentenceFor(terminal(44), sentence, 0)).toMatch(line);
  });

  it('leaves a path that no line has room for to the terminal', () => {
    const path = '/a/very/long/path/that/has/no/place/here.tflite';
    expect(sentenceFor(terminal(30), `There is no ${path} here.`, 0)).toBe(`There is no\n${path}\nhere.`);
  });

  it('breaks a long quotation, and no long command', () => {
    const quoted = 'Nearest is "a message of many words that fills more than one line", I think.';
    expect(
      sentenceFor(terminal(30), quoted, 0)
        .split('\n')
        .every((line) => line.length <= 30),
    ).toBe(true);
    const command = 'tinyml evaluate --input data.csv --target y --task regression';
    expect(sentenceFor(terminal(30), `Run "${command}" then.`, 0)).toBe(`Run\n"${command}"\nthen.`);
  });

  it.each([
    ['a pipe', { write, columns: 30 }],
    ['a terminal of unknown width', { isTTY: true, write }],
    ['one that is too narrow', terminal(12)],
  ])('is as it is in %s', (_, stream) => {
    expect(sentenceFor(stream, text, 0)).toBe(text);
  });

  it('is told from a row of a table, and hangs behind a bullet', () => {
    const row = 'a name of something  and what is said of it';
    expect(sentenceLine(terminal(20), row)).toBe(row);
    expect(sentenceLine(terminal(23), '- one two three four five six')).toBe(
      '- one two three four\n  five six',
    );
  });
});

it('help has its paragraphs filled for the terminal, and its examples as they are', async () => {
  const helpIn = async (stream: object): Promise<string> => {
    let text = '';
    const stdout = { ...stream, write: (piece: string | Uint8Array) => (text += piece.toString()) };
    const { signal } = new AbortController();
    await main(['predict', '--help'], { stdout, stderr: stdout, cwd: '.', env: {}, signal });
    return text;
  };
  const [piped, drawn] = [await helpIn({}), await helpIn({ isTTY: true, columns: 70 })];
  const blocks = (text: string) => text.split('\n\n').map((block) => block.split(/\s+/).join(' '));
  expect(blocks(drawn)).toEqual(blocks(piped));
  const tooLong = (text: string) => text.split('\n').filter((line) => line.length > 70);
  expect(tooLong(piped).some((line) => /^\S/.test(line))).toBe(true);
  expect(tooLong(drawn).every((line) => /^ /.test(line))).toBe(true);
  expect(drawn).toContain('\n  $ tinyml predict --measured --input x.csv   the project');
});

it('warnings, errors and results of a command have no word in two lines, and say what a pipe gets', async () => {
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i % 7 === 0 ? '' : (i * 37) % 59},7,${(i * 23) % 61}\n`,
  );
  const folder = makeFiles({ 't.csv': `a,b,y\n${rows.join('')}` });
  const run = async (argv: readonly string[], columns?: number): Promise<string> => {
    let text = '';
    const stream = {
      ...(columns !== undefined && { isTTY: true, columns }),
      write: (piece: string | Uint8Array) => (text += piece.toString()),
    };
    const { signal } = new AbortController();
    await main(argv, { stdout: stream, stderr: stream, cwd: folder, env: { TERM: 'dumb' }, signal });
    return text;
  };
  const init = (name: string) => ['init', '--from', 't.csv', '--target', 'y', name];
  for (const [columns, piped, drawn] of [
    [60, await run(init('p')), await run(init('q'), 60)],
    [30, await run(['convert', 'nothing.onnx']), await run(['convert', 'nothing.onnx'], 30)],
  ] as const) {
    const words = (text: string) => text.split(/\s+/).filter((word) => !/^[pq]\//.test(word));
    expect(words(drawn)).toEqual(words(piped));
    expect(drawn.split('\n').filter((line) => line.length > columns)).toEqual([]);
    expect(piped.split('\n').some((line) => line.length > columns)).toBe(true);
  }
});
