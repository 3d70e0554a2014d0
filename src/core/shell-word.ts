/** Foreign text in lines that people copy into a shell. */

const PLAIN = /^[\w%+:,./@][\w%+:,./@-]*$/;

/** One argument of a POSIX shell, whatever `text` holds: quoted where the shell would read anything into it. */
export function shellWord(text: string): string {
  const word = text.startsWith('-') ? `./${text}` : text;
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
