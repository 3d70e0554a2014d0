/** The bytes between the braces of an array's initializer. */

import { characterValue, integerValue } from './constants.ts';
import { isDigit, type Tokens } from './tokens.ts';

export interface ArrayValues {
  readonly bytes: Uint8Array;
  /** Why the initializer is no list of bytes; `bytes` then holds what came before. */
  readonly problem?: string;
}

const LONGEST_QUOTE = 24;

class ByteList {
  private bytes = new Uint8Array(1024);
  private length = 0;

  push(value: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = value;
  }

  get(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

function quoted({ text, start, end }: Tokens): string {
  return JSON.stringify(
    end - start > LONGEST_QUOTE ? `${text.slice(start, start + LONGEST_QUOTE)}…` : text.slice(start, end),
  );
}

/** Skips `(unsigned char)`; false where the parentheses hold something else. */
function skipCast(tokens: Tokens): boolean {
  while (tokens.next() === 'identifier');
  if (!tokens.is(')')) return false;
  tokens.next();
  return true;
}

/** The value of one element, -128 to 255, or what is wrong with it. Its last token is then the current one. */
function elementValue(tokens: Tokens): number | string {
  if (tokens.is('(') && !skipCast(tokens)) return `has ${quoted(tokens)} as an element`;
  const negative = tokens.is('-');
  if (negative || tokens.is('+')) tokens.next();
  const { kind, text, start, end } = tokens;
  const size =
    kind === 'number'
      ? integerValue(text, start, end)
      : kind === 'character'
        ? characterValue(text, start, end)
        : undefined;
  if (size !== undefined && size <= (negative ? 128 : 255)) return negative ? -size : size;
  if (end === text.length) return 'is cut off';
  if (kind === 'directive') return 'has a preprocessor line between its elements';
  if (kind === 'number' && isDigit(text.charCodeAt(start)))
    return `has the element ${quoted(tokens)}, which is no byte`;
  return `has ${quoted(tokens)} as an element`;
}

/**
 * Starts with the opening brace as the current token, and ends with its closing brace, or where a problem shows. A
 * second pair of braces around all elements (`std::array`) is taken; any other nesting is a problem.
 */
export function readArrayValues(tokens: Tokens): ArrayValues {
  const list = new ByteList();
  const stop = (problem: string): ArrayValues => ({ bytes: list.get(), problem });
  tokens.next();
  const nested = tokens.is('{');
  if (nested) tokens.next();
  while (!tokens.is('}')) {
    const value = elementValue(tokens);
    if (typeof value === 'string') return stop(value);
    list.push(value);
    tokens.next();
    if (tokens.is(',')) tokens.next();
    else if (tokens.kind === 'end') return stop('is cut off');
    else if (!tokens.is('}')) return stop(`has ${quoted(tokens)} where a comma belongs`);
  }
  if (nested) {
    tokens.next();
    if (tokens.is(',')) tokens.next();
    if (!tokens.is('}')) return stop('is a list of lists');
  }
  return { bytes: list.get() };
}
