/** Where in a text of JSON a value stands. The text is one that `JSON.parse` takes. */

const BLANK = /\s*/y;
const SCALAR = /[^\s,:\]}]+/y;

class JsonCursor {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Skips blanks; the character there. */
  peek(): string {
    BLANK.lastIndex = this.at;
    BLANK.test(this.#text);
    this.at = BLANK.lastIndex;
    return this.#text[this.at];
  }

  /** Takes the character there, after blanks. */
  take(): string {
    const character = this.peek();
    this.at++;
    return character;
  }

  string(): string {
    this.peek();
    const start = this.at++;
    while (this.#text[this.at] !== '"') this.at += this.#text[this.at] === '\\' ? 2 : 1;
    this.at++;
    return JSON.parse(this.#text.slice(start, this.at)) as string;
  }

  skipValue(): void {
    let depth = 0;
    do {
      const character = this.peek();
      if (character === '"') this.string();
      else if ('{['.includes(character)) {
        depth++;
        this.at++;
      } else if ('}],:'.includes(character)) {
        if (character === '}' || character === ']') depth--;
        this.at++;
      } else {
        SCALAR.lastIndex = this.at;
        SCALAR.test(this.#text);
        this.at = SCALAR.lastIndex;
      }
    } while (depth > 0);
  }

  /** Goes through an object or list; `visit` is called in front of every value and skips none of it. */
  #members(visit: (key: string | number, start: number) => void): void {
    const isObject = this.take() === '{';
    if ('}]'.includes(this.peek())) return;
    let index = 0;
    do {
      this.peek();
      const start = this.at;
      const key = isObject ? this.string() : index++;
      if (isObject) this.take();
      this.peek();
      visit(key, start);
      this.skipValue();
    } while (this.take() === ',');
  }

  /** Goes to the member `key`, the last one of that name; where it begins, or undefined where there is none. */
  enter(key: PropertyKey): number | undefined {
    let found: { readonly start: number; readonly value: number } | undefined;
    if (!'{['.includes(this.peek())) return undefined;
    this.#members((name, start) => {
      if (name === key) found = { start, value: this.at };
    });
    if (found === undefined) return undefined;
    this.at = found.value;
    return found.start;
  }
}

/** The line, from 1, of the member that `path` leads to, or of the last one on the way that is there. */
export function jsonLine(text: string, path: readonly PropertyKey[]): number {
  const cursor = new JsonCursor(text);
  cursor.peek();
  let offset = cursor.at;
  for (const key of path) {
    const start = cursor.enter(key);
    if (start === undefined) break;
    offset = start;
  }
  return text.slice(0, offset).split('\n').length;
}
