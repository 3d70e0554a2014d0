/**
 * C and C++ source as far as finding array initializers needs it: one pass, no look back, nothing kept. Comments are
 * skipped; a preprocessor line, however continued, is one token.
 */

export type TokenKind =
  | 'identifier'
  | 'number'
  | 'character'
  | 'string'
  | 'directive'
  | 'punctuation'
  | 'end';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const SINGLE_QUOTE = 0x27;
const ASTERISK = 0x2a;
const DOT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Letters, underscore, dollar, and everything beyond ASCII. */
function isLetter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    code === 0x24 ||
    (code > 0x7f && code !== 0xfeff)
  );
}

export class Tokens {
  readonly text: string;
  kind: TokenKind = 'end';
  /** The current token is `text.slice(start, end)`. */
  start = 0;
  end = 0;
  /** Nothing but white space and comments stands before it on its line. */
  private lineStart = true;

  constructor(text: string) {
    this.text = text;
  }

  is(punctuation: string): boolean {
    return this.kind === 'punctuation' && this.text[this.start] === punctuation;
  }

  /** Moves to the next token; at the end of the text its kind is `end`, again and again. */
  next(): TokenKind {
    this.skipBlanks();
    this.start = this.end;
    this.kind = this.scan();
    this.lineStart = false;
    return this.kind;
  }

  private scan(): TokenKind {
    const { text, start } = this;
    if (start >= text.length) return 'end';
    const code = text.charCodeAt(start);
    if (isDigit(code) || (code === DOT && isDigit(text.charCodeAt(start + 1)))) return this.scanNumber();
    if (isLetter(code)) return this.scanWord();
    if (code === DOUBLE_QUOTE) return this.scanQuoted(code, 'string');
    if (code === SINGLE_QUOTE) return this.scanQuoted(code, 'character');
    if (code === HASH && this.lineStart) {
      this.skipLine();
      return 'directive';
    }
    this.end = start + 1;
    return 'punctuation';
  }

  private skipBlanks(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.end);
      if (code === LINE_FEED || code === CARRIAGE_RETURN) this.lineStart = true;
      if (code <= 0x20 || code === 0xfeff) this.end++;
      else if (code === BACKSLASH && this.lineEndAt(this.end + 1) > 0) this.end += 2;
      else if (code === SLASH && text.charCodeAt(this.end + 1) === SLASH) this.skipLine();
      else if (code === SLASH && text.charCodeAt(this.end + 1) === ASTERISK) {
        const close = text.indexOf('*/', this.end + 2);
        this.end = close < 0 ? text.length : close + 2;
      } else return;
    }
  }

  /** Length of the line end at `offset`, or 0. */
  private lineEndAt(offset: number): number {
    const code = this.text.charCodeAt(offset);
    if (code === LINE_FEED) return 1;
    if (code !== CARRIAGE_RETURN) return 0;
    return this.text.charCodeAt(offset + 1) === LINE_FEED ? 2 : 1;
  }

  /** To the end of the line, and of those that a backslash joins to it. */
  private skipLine(): void {
    const { text } = this;
    while (this.end < text.length) {
      const escaped = text.charCodeAt(this.end) === BACKSLASH;
      const length = this.lineEndAt(this.end + (escaped ? 1 : 0));
      if (length > 0 && !escaped) return;
      this.end += 1 + (escaped ? length : 0);
    }
  }

  private scanNumber(): TokenKind {
    const { text } = this;
    let end = this.start;
    for (;;) {
      const code = text.charCodeAt(end);
      const separator = code === SINGLE_QUOTE && /[0-9A-Za-z]/.test(text[end + 1] ?? '');
      if (!isDigit(code) && !isLetter(code) && code !== DOT && !separator) break;
      end++;
    }
    this.end = end;
    return 'number';
  }

  private scanWord(): TokenKind {
    const { text } = this;
    let end = this.start;
    while (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end))) end++;
    this.end = end;
    const rawPrefix = text.charCodeAt(end) === DOUBLE_QUOTE && end - this.start <= 3;
    if (!rawPrefix || text[end - 1] !== 'R') return 'identifier';
    return this.scanRawString();
  }

  /** `R"delimiter( … )delimiter"`, the only text that may hold quotes and line ends as they are. */
  private scanRawString(): TokenKind {
    const { text } = this;
    // The standard allows 16 characters.
    const delimiter = /^"([^\s()\\]{0,16})\(/.exec(text.slice(this.end, this.end + 18));
    if (delimiter === null) return this.scanQuoted(DOUBLE_QUOTE, 'string');
    const closing = `)${delimiter[1]}"`;
    const close = text.indexOf(closing, this.end + delimiter[0].length);
    this.end = close < 0 ? text.length : close + closing.length;
    return 'string';
  }

  /** Ends at its quote, or at the end of the line where that is missing. */
  private scanQuoted(quote: number, kind: TokenKind): TokenKind {
    const { text } = this;
    let end = text.charCodeAt(this.end) === quote ? this.end + 1 : this.end;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code === quote) {
        end++;
        break;
      }
      if (code === LINE_FEED) break;
      end += code === BACKSLASH ? 2 : 1;
    }
    this.end = Math.min(end, text.length);
    return kind;
  }
}
