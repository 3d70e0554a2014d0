/** Values as C++ literals: every text and number comes out of the compiler as it went in. */

/** The nine digits that tell any two float32 numbers apart. */
const FLOAT32_DIGITS = 9;

const PLAIN = /^[ -!#->@-[\]-~]$/;

function byteText(byte: number): string {
  const character = String.fromCharCode(byte);
  if (PLAIN.test(character)) return character;
  if (character === '"' || character === '\\' || character === '?') return `\\${character}`;
  // Octal escapes end after three digits; hexadecimal ones would swallow the digits that follow.
  return `\\${byte.toString(8).padStart(3, '0')}`;
}

/** A string literal of ASCII, in UTF-8. `?` is escaped too: `??/` is a trigraph, which ends a line with a backslash. */
export function stringLiteral(text: string): string {
  return `"${Array.from(new TextEncoder().encode(text), byteText).join('')}"`;
}

/** The shortest text with nine digits, for people. */
export function floatText(value: number): string {
  return String(Number(value.toPrecision(FLOAT32_DIGITS)));
}

/** A finite float32 number, `0.00392156886f`. */
export function floatLiteral(value: number): string {
  if (Object.is(value, -0)) return '-0.0f';
  const text = floatText(value);
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** The bits of a float32 number, `0x3f800000`: for numbers that are compared bit by bit, and may be no number. */
export function floatBitsLiteral(value: number): string {
  FLOAT[0] = value;
  return `0x${BITS[0].toString(16).padStart(8, '0')}`;
}

/** Of generated lines, in characters. */
export const LINE_WIDTH = 100;

const LINES_PER_BLOCK = 1024;

/**
 * Texts behind one another. Unlike `join`, which copies all of them at every level, adding strings leaves them where they
 * are until the whole is written.
 */
export function chained(texts: readonly string[]): string {
  return texts.reduce((text, next) => text + next, '');
}

/** Lines as one text: a line that was put together takes several times its letters, so many are joined at a time. */
class Lines {
  #text = '';
  #lines: string[] = [];

  push(line: string): void {
    if (this.#lines.push(`${line.trimEnd()}\n`) === LINES_PER_BLOCK) this.#join();
  }

  #join(): void {
    this.#text += this.#lines.join('');
    this.#lines = [];
  }

  text(): string {
    this.#join();
    return this.#text;
  }
}

/** Comma-separated literals on lines of at most 100 characters, each line indented and ended. */
export function literalLines(literals: Iterable<string>, indent: string): string {
  const lines = new Lines();
  let line = indent;
  for (const literal of literals) {
    const cell = `${literal},`;
    if (line.length + cell.length > LINE_WIDTH && line !== indent) {
      lines.push(line);
      line = indent;
    }
    line += `${cell} `;
  }
  if (line !== indent) lines.push(line);
  return lines.text();
}
