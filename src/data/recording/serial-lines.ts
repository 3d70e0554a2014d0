/** Lines of what a board prints, as they arrive: memory is bounded however long a line is. */

/** Longer lines are cut, and are no rows: nobody prints so many values at once. */
const MOST_LINE_BYTES = 4096;

/** One line without its end. */
export interface SerialLine {
  readonly text: string;
  /** It was longer than `MOST_LINE_BYTES`; what is beyond is gone. */
  readonly cut: boolean;
  /** Who opens a port while the board prints hears only the end of its first line. */
  readonly first: boolean;
}

const RETURN = 13;
const LINE_FEED = 10;

/** Takes bytes cut anywhere. */
export class SerialLines {
  readonly #decoder = new TextDecoder();
  readonly #line = new Uint8Array(MOST_LINE_BYTES);
  #length = 0;
  #cut = false;
  #isFirst = true;
  #endsInReturn = false;

  /** The lines that end in `bytes`; empty ones too. A line ends in LF, CR LF, or CR alone. */
  push(bytes: Uint8Array): readonly SerialLine[] {
    const lines: SerialLine[] = [];
    for (const byte of bytes) {
      const isEnd = byte === RETURN || (byte === LINE_FEED && !this.#endsInReturn);
      if (isEnd) this.#end(lines);
      else if (byte !== LINE_FEED) this.#append(byte);
      this.#endsInReturn = byte === RETURN;
    }
    return lines;
  }

  #append(byte: number): void {
    if (this.#length < MOST_LINE_BYTES) this.#line[this.#length++] = byte;
    else this.#cut = true;
  }

  #end(lines: SerialLine[]): void {
    const text = this.#decoder.decode(this.#line.subarray(0, this.#length));
    lines.push({ text, cut: this.#cut, first: this.#isFirst });
    this.#isFirst = false;
    this.#length = 0;
    this.#cut = false;
  }
}
