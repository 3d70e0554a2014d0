/**
 * Finds the self-test's lines in what a serial port printed: any text around them, line ends of every kind, ANSI codes,
 * stamps in front, UTF-16, lines that a reset cut in two. Memory is bounded however long the log or its lines are.
 */

import {
  SELF_TEST_FIELDS,
  SELF_TEST_MODEL_DIGITS,
  SELF_TEST_WORD,
  type SelfTestVerdict,
} from '../targets/firmware/self-test-line.ts';

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

export type SelfTestRun = PassedRun | FailedRun | BrokenRun;

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

/** Far more than a line of the self-test has, with whatever stands in front of it. */
const MAX_LINE_CHARACTERS = 4096;
const KEPT_CHARACTERS = 1024;

const ANSI_CODE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g');
const MODEL = new RegExp(`^[0-9a-f]{${SELF_TEST_MODEL_DIGITS}}$`);
const INTEGER = /^-?[0-9]{1,10}$/;
const STEP = /^[a-z][a-z-]{0,40}$/;

/** The run of one line without ANSI codes: 'none' where it is not of the self-test, 'damaged' where it is not whole. */
export function parseSelfTestLine(line: string): SelfTestRun | 'none' | 'damaged' {
  const start = line.lastIndexOf(SELF_TEST_WORD);
  if (start < 0) return 'none';
  const [, verdict, ...words] = line.slice(start).trim().split(' ');
  if (verdict !== 'PASS' && verdict !== 'FAIL' && verdict !== 'ERROR') return 'damaged';
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

/** `numbers`: the fields after the model, in the line's order. */
function runOf(
  verdict: SelfTestVerdict,
  model: string,
  numbers: readonly number[],
  step: string,
): SelfTestRun {
  const [a = 0, b = 0, index = 0, expected = 0, actual = 0, mismatches = 0, vectors = 0, bytes = 0] = numbers;
  if (verdict === 'PASS') return { verdict, model, vectors: a, bytes: b };
  if (verdict === 'ERROR') return { verdict, model, vector: a, step };
  return { verdict, model, vector: a, output: b, index, expected, actual, mismatches, vectors, bytes };
}

/** Whether a self-test can have printed it: serial noise changes digits too. */
function isConsistent(run: SelfTestRun): boolean {
  if (run.verdict === 'ERROR') return run.vector >= 0 && STEP.test(run.step);
  if (run.vectors < 1 || run.bytes < run.vectors) return false;
  if (run.verdict === 'PASS') return true;
  const { vector, vectors, output, index, expected, actual, mismatches, bytes } = run;
  const places = vector >= 0 && vector < vectors && output >= 0 && index >= 0;
  return places && expected !== actual && mismatches >= 1 && mismatches <= bytes;
}

/** Takes a log piece by piece, as it is read. */
export class SelfTestLogReader {
  readonly #runs = { PASS: 0, FAIL: 0, ERROR: 0 };
  #last: SelfTestRun | undefined;
  #damagedLines = 0;
  #line = '';

  /** Bytes of the log, cut anywhere. */
  push(bytes: Uint8Array): void {
    // One character per byte; without the zeros UTF-16 reads like ASCII, which is all that matters here.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    for (const [index, part] of text
      .replaceAll('\0', '')
      .split(/[\r\n]/)
      .entries()) {
      if (index > 0) this.#endLine();
      const line = this.#line + part;
      this.#line = line.length > MAX_LINE_CHARACTERS ? line.slice(-KEPT_CHARACTERS) : line;
    }
  }

  #endLine(): void {
    const run = parseSelfTestLine(this.#line.replace(ANSI_CODE, ''));
    this.#line = '';
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
    const before = this.#last;
    const hasRest = parseSelfTestLine(this.#line.replace(ANSI_CODE, '')) !== 'none';
    if (hasRest && before === undefined) this.#endLine();
    else if (hasRest) this.#damagedLines++;
    const unfinished = before === undefined && this.#last !== undefined && hasRest;
    const result = { runs: this.#runs, damagedLines: this.#damagedLines, unfinished };
    return this.#last === undefined ? result : { ...result, last: this.#last };
  }
}
