/**
 * Lines of what a serial port or a compiler printed: line ends of every kind, ANSI codes taken out, UTF-8 or UTF-16.
 * Memory is bounded however long the log or its lines are.
 */

/** A line longer than this comes in pieces. */
const MAX_CHARACTERS = 4096;
/** What a piece and the next one have in common, so that no message lies only across their border. */
const OVERLAP_CHARACTERS = 1024;

const ANSI_CODE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]{0,64}[ -/]{0,8}[@-~]`, 'g');

/** A line, or a piece of a long one. */
export interface LogLine {
  readonly text: string;
  /** Counts from 1. */
  readonly number: number;
  /** A piece of a line that goes on in the next piece. */
  readonly goesOn: boolean;
  /** Characters at the start of `text`; what is behind them comes again with the next piece. */
  readonly ownCharacters: number;
}

/** Takes a log piece by piece, as it is read, and gives its lines. */
export class LogLines {
  readonly #decoder = new TextDecoder();
  #number = 1;
  #rest = '';
  #endsInReturn = false;

  /** The lines that end in `bytes`. */
  *push(bytes: Uint8Array): Generator<LogLine> {
    // Without its zeros ASCII in UTF-16 is ASCII, and nothing else matters here.
    const text = this.#decoder.decode(bytes, { stream: true }).replaceAll('\0', '');
    const whole = this.#endsInReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#endsInReturn = text.endsWith('\r');
    const parts = whole.split(/\r?\n|\r/);
    for (const [index, part] of parts.entries()) {
      if (index > 0) yield this.#end();
      yield* this.#append(part);
    }
  }

  /** The last line where nothing ends it; undefined where there is none. */
  rest(): LogLine | undefined {
    return this.#rest === '' ? undefined : this.#end();
  }

  *#append(part: string): Generator<LogLine> {
    for (let at = 0; at < part.length; ) {
      const room = MAX_CHARACTERS - this.#rest.length;
      this.#rest += part.slice(at, at + room);
      at += room;
      if (this.#rest.length < MAX_CHARACTERS) return;
      const ownCharacters = plain(this.#rest.slice(0, -OVERLAP_CHARACTERS)).length;
      yield { text: plain(this.#rest), number: this.#number, goesOn: true, ownCharacters };
      this.#rest = this.#rest.slice(-OVERLAP_CHARACTERS);
    }
  }

  #end(): LogLine {
    const text = plain(this.#rest);
    this.#rest = '';
    return { text, number: this.#number++, goesOn: false, ownCharacters: text.length };
  }
}

function plain(text: string): string {
  return text.replace(ANSI_CODE, '');
}
