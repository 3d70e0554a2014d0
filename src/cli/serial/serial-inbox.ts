/** Bytes between whoever hears them and whoever takes them, with the time at which they came. */

import type { Heard } from './serial-port.ts';

const GONE: Heard = { kind: 'gone' };

/** One reader at a time. */
export class SerialInbox {
  readonly #heard: Heard[] = [];
  #isGone = false;
  #wake: (() => void) | undefined;

  put(bytes: Uint8Array): void {
    this.#heard.push({ kind: 'bytes', bytes, time: performance.now() / 1000 });
    this.#wake?.();
  }

  /** Nothing comes any more. */
  end(): void {
    this.#isGone = true;
    this.#wake?.();
  }

  /** What was heard first and not taken yet; what was heard before the port was gone comes before that. */
  async next(limitMs: number, signal: AbortSignal): Promise<Heard> {
    if (signal.aborted) return { kind: 'interrupted' };
    if (this.#heard.length === 0 && !this.#isGone) await this.#waitFor(limitMs, signal);
    if (signal.aborted) return { kind: 'interrupted' };
    return this.#heard.shift() ?? (this.#isGone ? GONE : { kind: 'silence' });
  }

  #waitFor(limitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      signal.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }
}
