/** Whether a board sends text at all: at another rate than its own every byte is read as some other. */

/** Fewer bytes tell nothing. */
const LEAST_BYTES = 64;
/** Of bytes; names of columns may have letters beyond ASCII. */
const MOST_NOISE = 0.2;

const [FIRST_PRINTABLE, LAST_PRINTABLE] = [32, 126];
const CONTROLS_OF_TEXT: ReadonlySet<number> = new Set([9, 10, 13, 27]);

function isText(byte: number): boolean {
  return (byte >= FIRST_PRINTABLE && byte <= LAST_PRINTABLE) || CONTROLS_OF_TEXT.has(byte);
}

/** Counts bytes that stand in no text. */
export class NoiseMeter {
  #bytes = 0;
  #noise = 0;

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    for (const byte of bytes) if (!isText(byte)) this.#noise++;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** From 0 to 1. */
  get share(): number {
    return this.#bytes === 0 ? 0 : this.#noise / this.#bytes;
  }

  /** Many bytes, and too few of them text. */
  get isNoise(): boolean {
    return this.#bytes >= LEAST_BYTES && this.share > MOST_NOISE;
  }
}
