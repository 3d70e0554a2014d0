/** One command at work: everything it asks of the world, and everything it says, goes through its session. */

import { relative, resolve } from 'node:path';
import type { ChalkInstance } from 'chalk';
import { usageError } from '../../core/errors.ts';
import { printableJson, printableLines } from '../render/printable.ts';
import { coloursFor } from './colours.ts';
import type { CliIo } from './io.ts';
import { createTerminalReporter, type TerminalReporter } from './terminal-reporter.ts';
import { sentenceLine } from './wrap-sentence.ts';

/** Pieces of a result, one after another; what is still pending is to be waited for before the next one. */
export type WritePiece = (piece: string) => void | Promise<void>;

/** Characters that are kept back, so that a command that fails early has printed nothing. */
const HELD_CHARACTERS = 2 ** 22;

/** A value, or what makes it: nobody makes what is not printed. */
type Lazy<T> = T | (() => T);

function made<T extends string | object>(value: Lazy<T>): T {
  return typeof value === 'function' ? (value as () => T)() : value;
}

/** What one command has of the world; made when it starts, and used by nothing else. */
export class Session {
  /** A program reads the output: it gets one JSON object, and no remarks. */
  readonly json: boolean;
  /** The project file that the command line names, as it was given. */
  readonly config: string | undefined;
  /** Draws on stderr, for all of the command. */
  readonly reporter: TerminalReporter;
  /** Absolute paths of the files that the command has read so far. */
  readonly inputs = new Set<string>();
  readonly #io: CliIo;
  #hasPrinted = false;

  constructor(io: CliIo, json: boolean, config?: string) {
    this.#io = io;
    this.json = json;
    this.config = config;
    this.reporter = createTerminalReporter(io);
  }

  /** Aborted when the user interrupts. */
  get signal(): AbortSignal {
    return this.#io.signal;
  }

  /** Whether some of the result is on stdout. */
  get hasPrinted(): boolean {
    return this.#hasPrinted;
  }

  /** Cells of a line of the terminal that shows the result; undefined where none does. */
  get columns(): number | undefined {
    const { isTTY, columns } = this.#io.stdout;
    return isTTY === true && columns ? columns : undefined;
  }

  /** For text that goes to stdout. */
  get colours(): ChalkInstance {
    return coloursFor(this.#io.stdout, this.#io);
  }

  /** A path as the user gave it, from the folder in which the command runs. */
  absolute(path: string): string {
    return resolve(this.#io.cwd, path);
  }

  /** An absolute path as people type it, from there. */
  shown(path: string): string {
    const shown = relative(this.#io.cwd, path);
    return shown === '' ? '.' : shown.startsWith('..') ? path : shown;
  }

  /** What is piped in. Throws a usage error where nothing can be. */
  standardInput(): AsyncIterable<Uint8Array> {
    if (this.#io.stdin === undefined)
      throw usageError('no-standard-input', 'There is no standard input to read');
    return this.#io.stdin();
  }

  /** Like `emit` for a result that need not fit in memory; where it is short, nothing is printed unless `body` succeeds. */
  async emitPieces(body: (write: WritePiece) => Promise<void>): Promise<void> {
    const { stdout } = this.#io;
    let held: string[] = [];
    let characters = 0;
    const flush = (): void | Promise<void> => {
      this.reporter.clear();
      this.#hasPrinted = true;
      const more = stdout.write(held.join(''));
      held = [];
      characters = 0;
      return more === false ? stdout.drained?.() : undefined;
    };
    await body((piece) => {
      held.push(piece);
      characters += piece.length;
      return characters < HELD_CHARACTERS ? undefined : flush();
    });
    await flush();
  }

  #shownText(text: string): string {
    const { stdout } = this.#io;
    return printableLines(text)
      .split('\n')
      .map((line) => sentenceLine(stdout, line))
      .join('\n');
  }

  /** Part of a result as text, on stdout at once; a program that reads JSON gets all of it in one object. */
  emitPart(text: Lazy<string>): void {
    if (this.json) return;
    this.reporter.clear();
    this.#hasPrinted = true;
    this.#io.stdout.write(this.#shownText(made(text)));
  }

  /** One of many results, on stdout at once: each is a line, of JSON where the command was given --json. */
  emitLine<Printed extends object>(text: () => string, json: () => Printed): void {
    this.emit<Printed>(() => `${text()}\n`, json);
  }

  /** Writes the result to stdout: `json` on one line where the command was given --json, else `text` as it is. */
  emit<Printed extends object>(text: Lazy<string>, json: Lazy<Printed>): void {
    this.reporter.clear();
    const result = this.json ? `${printableJson(made(json))}\n` : this.#shownText(made(text));
    this.#hasPrinted = true;
    this.#io.stdout.write(result);
  }
}
