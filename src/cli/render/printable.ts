/** Foreign text on a terminal: it can neither move the cursor nor begin a line nor turn its neighbours around. */

/** Controls, surrogates without a partner, line separators, and marks that change the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** What GitHub's runner takes for a command of a workflow: the first at the start of a line, the second anywhere. */
const WORKFLOW_COMMANDS = /^(\s*):(?=:)|(#)#(?=\[)/gu;

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) as number).toString(16)}}`;

/** The text with everything that is not plainly visible, or stands for a command, as `\u{…}`. */
export function printable(text: string): string {
  return text
    .replace(UNPRINTABLE, escaped)
    .replace(WORKFLOW_COMMANDS, (command, space: string | undefined, hash: string | undefined) =>
      hash === undefined ? `${space}${escaped(':')}` : `${hash}${escaped(command.slice(-1))}`,
    );
}

/** What renderers make on purpose: ends of lines, and colours. */
const ESCAPE = '\u001b';
const INTENDED = new RegExp(`(\\n|${ESCAPE}\\[\\d{1,3}(?:;\\d{1,3}){0,4}m)`, 'u');

/** Text of our own, into which foreign text may have got unseen: lines and colours stay. */
export function printableLines(text: string): string {
  return text
    .split(INTENDED)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(UNPRINTABLE, escaped)))
    .join('');
}

/** JSON that may be printed: what JSON leaves as it is, and terminals do not, is escaped. The value is the same. */
export function printableJson(value: object): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
