/**
 * Finds the self-test's lines in what a serial port printed: any text around them, stamps in front, lines that a reset
 * cut in two. Memory is bounded however long the log is.
 */

import {
  SELF_TEST_FIELDS,
  SELF_TEST_MODEL_DIGITS,
  SELF_TEST_WORD,
  type SelfTestVerdict,
} from '../../targets/firmware/self-test-line.ts';
import { type LogLine, LogLines } from '../explain/log-lines.ts';

interface Run {
  /** Hexadecimal, the first digits of the sha256 of the model on the chip. */
  readonly model: string;
}

export interface PassedRun extends Run {
  readonly verdict: 'PASS';
  readonly vectors: number;
  /** Output bytes compared in all vectors together. */
  readonly bytes: number;
}

/** The first byte that differs, and how many differ in all vectors together. */
export interface FailedRun extends Run {
  readonly verdict: 'FAIL';
  readonly vector: number;
  readonly output: number;
  readonly index: number;
  readonly expected: number;
  readonly actual: number;
  readonly mismatches: number;
  readonly vectors: number;
  readonly bytes: number;
}

export interface BrokenRun extends Run {
  readonly verdict: 'ERROR';
  readonly vector: number;
  /** What did not succeed: `invoke`. */
  readonly step: string;
}

/** The model ran, and the firmware does not know what it must compute. */
export interface UnprovenRun extends Run {
  readonly verdict: 'UNPROVEN';
  readonly vectors: number;
}

/** One run of the self-test. */
export type SelfTestRun = PassedRun | FailedRun | BrokenRun | UnprovenRun;

/** What a log says of the self-test. */
export interface SelfTestLog {
  /** The last complete line; absent where there is none. */
  readonly last?: SelfTestRun;
  /** Complete lines, by verdict. */
  readonly runs: Readonly<Record<SelfTestVerdict, number>>;
  /** Lines of the self-test that are cut or damaged. They count for nothing. */
  readonly damagedLines: number;
  /** The last line has no end: its last number may be cut. It counts only where there is no other. */
  readonly unfinished: boolean;
}

const MODEL = new RegExp(`^[0-9a-f]{${SELF_TEST_MODEL_DIGITS}}$`);
const INTEGER = /^-?[0-9]{1,10}$/;
const STEP = /^[a-z][a-z-]{0,40}$/;

/** The run of one line without ANSI codes: 'none' where it is not of the self-test, 'damaged' where it is not whole. */
export function parseSelfTestLine(line: string): SelfTestRun | 'none' | 'damaged' {
  const start = line.lastIndexOf(SELF_TEST_WORD);
  if (start < 0) return 'none';
  const [, verdict, ...words] = line.slice(start).trim().split(' ');
  if (!isVerdict(verdict)) return 'damaged';
  const names = SELF_TEST_FIELDS[verdict];
  if (words.length !== names.length + (verdict === 'ERROR' ? 1 : 0)) return 'damaged';
  const [model, ...texts] = names.map((name, index) => {
    const word = words[index] ?? '';
    return word.startsWith(`${name}=`) ? word.slice(name.length + 1) : '';
  });
  if (model === undefined || !MODEL.test(model) || !texts.every((text) => INTEGER.test(text)))
    return 'damaged';
  const run = runOf(verdict, model, texts.map(Number), words.at(-1) ?? '');
  return isConsistent(run) ? run : 'damaged';
}

function isVerdict(word: string | undefined): word is SelfTestVerdict {
  return word !== undefined && Object.hasOwn(SELF_TEST_FIELDS, word);
}

/** `numbers`: the fields after the model, in the line's order. */
function runOf(
  verdict: SelfTestVerdict,
  model: string,
  numbers: readonly number[],
  step: string,
): SelfTestRun {
  const [a = 0, b = 0, index = 0, expected = 0, actual = 0, mismatches = 0, vectors = 0, bytes = 0] = numbers;
  if (verdict === 'PASS') return { verdict, model, vectors: a, bytes: b };
  if (verdict === 'UNPROVEN') return { verdict, model, vectors: a };
  if (verdict === 'ERROR') return { verdict, model, vector: a, step };
  return { verdict, model, vector: a, output: b, index, expected, actual, mismatches, vectors, bytes };
}

/** Whether a self-test can have printed it: serial noise changes digits too. */
function isConsistent(run: SelfTestRun): boolean {
  if (run.verdict === 'ERROR') return run.vector >= 0 && STEP.test(run.step);
  if (run.vectors < 1) return false;
  if (run.verdict === 'UNPROVEN') return true;
  if (run.bytes < run.vectors) return false;
  if (run.verdict === 'PASS') return true;
  const { vector, vectors, output, index, expected, actual, mismatches, bytes } = run;
  const places = vector >= 0 && vector < vectors && output >= 0 && index >= 0;
  return places && expected !== actual && mismatches >= 1 && mismatches <= bytes;
}

/** Takes a log piece by piece, as it is read. */
export class SelfTestLogReader {
  readonly #lines = new LogLines();
  readonly #runs = { PASS: 0, FAIL: 0, UNPROVEN: 0, ERROR: 0 };
  #last: SelfTestRun | undefined;
  #damagedLines = 0;

  /** Whether a complete line was among what came so far. */
  get hasRun(): boolean {
    return this.#last !== undefined;
  }

  /** Bytes of the log, cut anywhere. */
  push(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) this.#take(line);
  }

  #take({ text, goesOn }: LogLine): void {
    const run = goesOn ? 'none' : parseSelfTestLine(text);
    if (run === 'none') return;
    if (run === 'damaged') {
      this.#damagedLines++;
      return;
    }
    this.#runs[run.verdict]++;
    this.#last = run;
  }

  /** What the whole log says. */
  end(): SelfTestLog {
    const rest = this.#lines.rest();
    const isOnly = this.#last === undefined;
    if (rest !== undefined && isOnly) this.#take(rest);
    else if (rest !== undefined && parseSelfTestLine(rest.text) !== 'none') this.#damagedLines++;
    const unfinished = isOnly && this.#last !== undefined;
    const result = { runs: this.#runs, damagedLines: this.#damagedLines, unfinished };
    return this.#last === undefined ? result : { ...result, last: this.#last };
  }
}
