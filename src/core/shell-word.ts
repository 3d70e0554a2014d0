/** Foreign text in lines that people copy into a shell. */

const PLAIN = /^[\w%+:,./@][\w%+:,./@-]*$/;
const OPTION = /^--?[A-Za-z][\w=-]*$/;

function quoted(word: string): string {
  return PLAIN.test(word) || OPTION.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** One argument of a POSIX shell, whatever `text` holds: quoted where the shell would read anything into it. */
export function shellWord(text: string): string {
  return quoted(text.startsWith('-') ? `./${text}` : text);
}

/** A whole command, whose options are options. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map(quoted).join(' ');
}
