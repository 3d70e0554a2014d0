/**
 * GitHub-flavoured Markdown of text that is not ours: words and numbers stay as they are, everything else becomes code,
 * in which there are no tables, tags, links, mentions or emphasis.
 */

import { printable } from './printable.ts';
import type { Column } from './table.ts';

/** Words, with hyphens and marks of sentences around them. */
const WORD = /^[("]*[A-Za-z]+(?:['-][A-Za-z]+)*[")]*[,.;:]?$/;
/** Numbers as tables have them, and the signs between them. */
const NUMBER = /^\(?[-+]?\d{1,3}(?:,\d{3}){0,5}(?:\.\d{1,6})?[%)]*[,.;:]?$/;
const SIGN = /^[≥–…∞=→−+×]$/;
/** GitHub links what may be a commit of the repository. */
const COMMIT = /^[0-9a-f]{7,}$/i;
/** What would end code or the cell of a table. */
const DELIMITERS = /[`|]/g;

/** Between two pieces of code, of which one is made. */
const NEIGHBOURS = '` `';

function isPlain(token: string): boolean {
  if (token === '') return true;
  const [bare] = /[0-9A-Za-z]+/.exec(token) ?? [''];
  return !COMMIT.test(bare) && (WORD.test(token) || NUMBER.test(token) || SIGN.test(token));
}

/** The text as code; what would end it is written `\u{…}`. */
export function markdownCode(text: string): string {
  const shown = printable(text).replace(
    DELIMITERS,
    (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
  return `\`${shown.trim() === '' ? JSON.stringify(shown) : shown}\``;
}

/** A sentence, in which only what is neither a word nor a number is code. It is one line, for any place but its start. */
export function markdownText(text: string): string {
  return printable(text)
    .split(' ')
    .map((token) => (isPlain(token) ? token : markdownCode(token)))
    .join(' ')
    .replaceAll(NEIGHBOURS, ' ');
}

/** A table; the cells are text, and become Markdown here. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => markdownText(title))),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...rows.map((row) => line(row.map(markdownText))),
  ].join('\n');
}
