/** Sentences in the lines of a terminal, which by itself breaks them inside of words. */

import { displayWidth } from '../render/display-width.ts';
import type { OutputStream } from './io.ts';

/** What may be copied out of a sentence has options, or files. */
const COMMAND = /^tinyml .*(?: -|\.\w)/;

function isOpen(words: readonly string[]): boolean {
  return words.join('').split('"').length % 2 === 0;
}

/** How many of the words stand together: those between quotes, and a command up to the end of its sentence. */
function together(words: readonly string[]): number {
  const closed = words.findIndex((_, index) => !isOpen(words.slice(0, index + 1)));
  if (closed > 0) return closed + 1;
  if (words[0] !== 'tinyml') return 1;
  const end = words.findIndex((word) => /[.,;:)]$/.test(word));
  const command = words.slice(0, end < 0 ? words.length : end + 1);
  return COMMAND.test(command.join(' ')) ? command.length : 1;
}

const IS_COMMAND = /^"?tinyml /;

function pieces(text: string, cells: number): readonly string[] {
  const words = text.split(' ');
  const found: string[] = [];
  while (words.length > 0) {
    const own = words.splice(0, together(words));
    const piece = own.join(' ');
    // A message that is quoted is not copied.
    found.push(...(displayWidth(piece) > cells && !IS_COMMAND.test(piece) ? own : [piece]));
  }
  return found;
}

/** What is copied as a whole has no break in it, and is left to the terminal where a line is too short for it. */
function linesOf(text: string, cells: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text, cells)) {
    const longer = line === '' ? piece : `${line} ${piece}`;
    const fits = line === '' || displayWidth(longer) <= cells;
    if (!fits) lines.push(line);
    line = fits ? longer : piece;
  }
  return [...lines, line];
}

/** Of cells: where there are fewer, words are broken either way. */
const LEAST_ROOM = 20;

/** The text as a stream shows it behind so many cells of its first line, with as many blanks before the others: pipes and files get it as it is. */
export function sentenceFor({ isTTY, columns }: OutputStream, text: string, before: number): string {
  if (isTTY !== true || !columns || columns - before < LEAST_ROOM) return text;
  return before + displayWidth(text) <= columns
    ? text
    : linesOf(text, columns - before).join(`\n${' '.repeat(before)}`);
}

const BULLET = '- ';

/** A line of a result: rows of tables, which have columns apart from each other, are as they are. */
export function sentenceLine(stream: OutputStream, line: string): string {
  if (stream.isTTY !== true || /^ | {2}/.test(line)) return line;
  return line.startsWith(BULLET)
    ? `${BULLET}${sentenceFor(stream, line.slice(BULLET.length), BULLET.length)}`
    : sentenceFor(stream, line, 0);
}

/** Sentences that were wrapped for a wide terminal; lists and examples have blanks in front. */
function isParagraph(lines: readonly string[]): boolean {
  return lines.every((line) => /^\S/.test(line));
}

/** Help, whose paragraphs are filled anew where a terminal is narrower than their lines. */
export function helpFor(stream: OutputStream, text: string): string {
  const { columns = 0 } = stream;
  const [, body, end] = /^(.*?)(\n*)$/s.exec(text) as RegExpExecArray;
  const blocks = body.split('\n\n').map((block) => {
    const lines = block.split('\n');
    const fits = lines.every((line) => displayWidth(line) <= columns);
    return fits || !isParagraph(lines) ? block : sentenceFor(stream, lines.join(' '), 0);
  });
  return `${blocks.join('\n\n')}${end}`;
}
