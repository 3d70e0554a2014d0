/** `tinyml verify`: whether the chip computed what was promised, from what its serial port printed. */

import { sha256 } from '../../core/digest.ts';
import { inputError, mismatchError, type TinymlError } from '../../core/errors.ts';
import {
  type SelfTestLog,
  SelfTestLogReader,
  type SelfTestRun,
} from '../../models/firmware/self-test-log.ts';
import { SELF_TEST_BAUD, SELF_TEST_WORD, selfTestModel } from '../../targets/firmware/self-test-line.ts';
import { formatCount } from '../render/table.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { logChunks, logName } from '../workspace/log-chunks.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';

export interface VerifyFlags {
  /** The model that should be on the chip. */
  readonly model?: string;
  readonly json: boolean;
}

const OTHER_TENSORS =
  'The model on the chip has other inputs or outputs than the vectors are for: export the firmware again, whole.';

const ERROR_HINTS: Readonly<Record<string, string>> = {
  invoke: 'The line that TensorFlow Lite Micro printed before says why: tinyml explain "<line>".',
  input: OTHER_TENSORS,
  output: OTHER_TENSORS,
};

const FAIL_HINT =
  'Where the chip has the right model, look for another library than the one the firmware was written for, memory that something else overwrites (stack, arena), and edits of the generated files. Values of float32 outputs are told as the integers with the same bits.';

function count(number: number, thing: string): string {
  return `${formatCount(number)} ${thing}${number === 1 ? '' : 's'}`;
}

/** Everything there is to say of the log besides the run that counts. */
function notes({ runs, damagedLines, unfinished }: SelfTestLog): string[] {
  const kinds = Object.entries(runs).filter(([, number]) => number > 0);
  const total = kinds.reduce((sum, [, number]) => sum + number, 0);
  const list = kinds.map(([verdict, number]) => `${number} ${verdict}`).join(', ');
  return [
    ...(total > 1 ? [`${total} runs in the log (${list}); the last one counts.`] : []),
    ...(damagedLines > 0
      ? [`${count(damagedLines, 'line')} of the self-test cut or damaged; not counted.`]
      : []),
    ...(unfinished ? ['The line has no end: if it was cut, its last number is too small.'] : []),
  ];
}

function sentence(run: SelfTestRun, model: string): string {
  switch (run.verdict) {
    case 'PASS':
      return `PASS: the chip computed all ${count(run.bytes, 'output byte')} of ${count(run.vectors, 'vector')} as expected, with ${model}.`;
    case 'FAIL':
      return `FAIL: vector ${run.vector}, output ${run.output}, index ${run.index}: expected ${run.expected}, actual ${run.actual}; ${count(run.mismatches, 'byte')} of ${formatCount(run.bytes)} differ in ${count(run.vectors, 'vector')}, with ${model}.`;
    case 'ERROR':
      return `ERROR: ${run.step} did not succeed at vector ${run.vector}, with ${model}.`;
  }
}

function failureOf(run: SelfTestRun, log: string): TinymlError | undefined {
  if (run.verdict === 'PASS') return undefined;
  if (run.verdict === 'FAIL') {
    const { vector, output, index, expected, actual } = run;
    return mismatchError(
      'self-test-failed',
      `${log}: the chip computed ${actual} instead of ${expected} at vector ${vector}, output ${output}, index ${index}`,
      FAIL_HINT,
    );
  }
  const hint = ERROR_HINTS[run.step] ?? 'The lines before it say why: tinyml explain "<line>".';
  return mismatchError(
    'self-test-error',
    `${log}: the self-test stopped at vector ${run.vector}: ${run.step}`,
    hint,
  );
}

function noLine(log: string, { damagedLines }: SelfTestLog): TinymlError {
  const found = damagedLines === 0 ? '' : `, only ${count(damagedLines, 'line')} cut or damaged`;
  return inputError(
    'no-self-test-line',
    `${log} has no line "${SELF_TEST_WORD} …"${found}`,
    `Open the board's serial port at ${SELF_TEST_BAUD} baud (in the Arduino IDE the Serial Monitor; or arduino-cli monitor -p PORT --config baudrate=${SELF_TEST_BAUD}), press reset, and save what is printed. Only firmware exported with its self-test prints the line.`,
  );
}

async function readLog(io: CliIo, path: string): Promise<SelfTestLog> {
  const reader = new SelfTestLogReader();
  for await (const chunk of logChunks(io, path, 'a log of the serial port')) reader.push(chunk);
  return reader.end();
}

/** Digits of the model's digest as a line carries them. */
function expectedModel(io: CliIo, path: string): string {
  return selfTestModel(sha256(readModelBytes(io, path)));
}

export async function verify(io: CliIo, path: string, { model, json }: VerifyFlags): Promise<void> {
  const name = logName(path);
  const expected = model === undefined ? undefined : expectedModel(io, model);
  const log = await readLog(io, path);
  const { last: run } = log;
  if (run === undefined) throw noLine(name, log);

  const matches = expected === undefined ? undefined : run.model === expected;
  const title = matches === true ? `${model} (${run.model})` : `model ${run.model}`;
  if (json) {
    const { runs, damagedLines, unfinished } = log;
    io.stdout.write(
      `${JSON.stringify({ log: path, ...run, modelMatches: matches, runs, damagedLines, unfinished })}\n`,
    );
  } else {
    io.stdout.write(`${sentence(run, title)}\n`);
    const reporter = createTerminalReporter(io);
    for (const note of notes(log)) reporter.info(note);
  }
  if (matches === false) {
    throw mismatchError(
      'other-model',
      `${name} is about model ${run.model}, but ${model} is ${expected}`,
      'Export the firmware of this model again and upload it, or give the model that is on the chip.',
    );
  }
  const failure = failureOf(run, name);
  if (failure !== undefined) throw failure;
}
