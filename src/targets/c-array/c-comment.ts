/** Foreign text inside generated C comments: it can neither end the comment nor change the line it stands on. */

/**
 * A quoted string of printable ASCII. Line ends, controls and everything beyond ASCII become `\uXXXX`, a backslash is
 * doubled (and the closing quote keeps it from the end of the line), and neither a trigraph nor a comment mark remains.
 */
export function quoteForComment(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]|\?(?=\?)|\*(?=\/)|\/(?=[*/])/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
