/** The texts of category columns, numbered as they first appear, within bounds. */

/** Categories with more texts are identifiers: serial numbers, comments. Networks learn nothing of them. */
const MAX_TEXTS = 2 ** 16;
const MAX_CHARACTERS = 256;
const MAX_CHARACTERS_IN_ALL = 2 ** 24;

/** The value of a category whose text is none of its column's `texts`, because those are too many or it is too long. */
export const UNLISTED = Number.POSITIVE_INFINITY;

/** What all tables of one source may keep. */
export class TextBudget {
  #left = MAX_CHARACTERS_IN_ALL;

  take(characters: number): boolean {
    if (characters > this.#left) return false;
    this.#left -= characters;
    return true;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A text of its own: one that was cut from another keeps all of that alive. */
function owned(text: string): string {
  return decoder.decode(encoder.encode(text));
}

export class TextTable {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #budget: TextBudget;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  /** Its place in `texts`, or `UNLISTED`. */
  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_CHARACTERS || this.texts.length === MAX_TEXTS) return UNLISTED;
    if (!this.#budget.take(text.length + 1)) return UNLISTED;
    const own = owned(text);
    this.#numbers.set(own, this.texts.length);
    return this.texts.push(own) - 1;
  }
}
