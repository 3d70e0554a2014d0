/** Foreign text on a terminal: it can neither move the cursor nor begin a line nor turn its neighbours around. */

/** Controls, surrogates without a partner, line separators, and marks that change the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with everything that is not plainly visible as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
}
