/** `tinyml verify`: whether the chip computed what was promised, from what its serial port printed. */

import { sha256 } from '../../../core/digest.ts';
import {
  inputError,
  interruptedError,
  mismatchError,
  type TinymlError,
  usageError,
} from '../../../core/errors.ts';
import { counted, countOf } from '../../../core/figure-text.ts';
import { NoiseMeter } from '../../../data/recording/noise-meter.ts';
import {
  type SelfTestLog,
  SelfTestLogReader,
  type SelfTestRun,
} from '../../../models/firmware/self-test-log.ts';
import { SELF_TEST_BAUD, SELF_TEST_WORD, selfTestModel } from '../../../targets/firmware/self-test-line.ts';
import type { VerifyJson } from '../../printed-json.ts';
import { renderOtherModel, renderRunNotes, renderSelfTestRun } from '../../render/board/self-test-run.ts';
import { printable } from '../../render/printable.ts';
import { boardGone, boardSilent, serialNoise } from '../../serial/board-errors.ts';
import { openPort, type PortFlags } from '../../serial/open-port.ts';
import type { SerialConnection } from '../../serial/serial-port.ts';
import type { Session } from '../../terminal/session.ts';
import { logChunks, logName } from '../../workspace/log-chunks.ts';
import { readModelBytes } from '../../workspace/model-bytes.ts';

/** Options of `tinyml verify`. */
export interface VerifyFlags extends Partial<PortFlags> {
  /** The model that should be on the chip. */
  readonly model?: string;
  /** Seconds in which a board is to say it. */
  readonly timeout: number;
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

function failureOf(run: SelfTestRun, log: string): TinymlError | undefined {
  if (run.verdict === 'PASS') return undefined;
  if (run.verdict === 'UNPROVEN') {
    return mismatchError(
      'self-test-unproven',
      `${log}: the firmware ran the model on ${counted(run.vectors, 'input')} and does not know what it must give`,
      'tinyml does not know every output value of this model. Compare the outputs yourself, or with another interpreter.',
    );
  }
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
  const found = damagedLines === 0 ? '' : `, only ${countOf(damagedLines, 'line')} cut or damaged`;
  return inputError(
    'no-self-test-line',
    `${log} has no line "${SELF_TEST_WORD} …"${found}`,
    `Open the board's serial port at ${SELF_TEST_BAUD} baud (in the Arduino IDE the Serial Monitor; or arduino-cli monitor -p PORT --config baudrate=${SELF_TEST_BAUD}), press reset, and save what is printed. Only firmware exported with its self-test prints the line.`,
  );
}

async function readLog(session: Session, path: string): Promise<SelfTestLog> {
  const reader = new SelfTestLogReader();
  for await (const chunk of logChunks(session, path, 'a log of the serial port')) reader.push(chunk);
  return reader.end();
}

/** Until the board has said what its self-test came to, which its firmware repeats. */
async function listenForLog(
  session: Session,
  connection: SerialConnection,
  seconds: number,
): Promise<SelfTestLog> {
  const reader = new SelfTestLogReader();
  const noise = new NoiseMeter();
  const until = performance.now() + 1000 * seconds;
  for (let left = 1000 * seconds; left > 0 && !reader.hasRun; left = until - performance.now()) {
    const heard = await connection.next(left, session.signal);
    if (heard.kind === 'gone') throw boardGone(connection);
    if (heard.kind === 'interrupted') {
      throw interruptedError('interrupted', 'Stopped before the self-test was over');
    }
    if (heard.kind === 'silence') continue;
    noise.push(heard.bytes);
    reader.push(heard.bytes);
  }
  if (reader.hasRun) return reader.end();
  if (noise.bytes === 0) throw boardSilent(connection, seconds);
  if (noise.isNoise) throw serialNoise(connection, noise);
  const log = reader.end();
  if (log.last === undefined) throw noLine(`What ${connection.path} printed in ${seconds} s`, log);
  return log;
}

/** A log, and what to call it. */
interface NamedLog {
  readonly name: string;
  readonly path: string;
  readonly log: SelfTestLog;
}

async function logOf(session: Session, path: string | undefined, flags: VerifyFlags): Promise<NamedLog> {
  if (path !== undefined && flags.port !== undefined) {
    throw usageError(
      'log-and-port',
      'There are two places to read from: a log and a port',
      'Give one of them.',
    );
  }
  if (path !== undefined) return { name: logName(path), path, log: await readLog(session, path) };
  if (flags.port === undefined) {
    throw usageError(
      'no-log',
      'Nothing says what is to be read',
      'Give what the serial port printed, or --port auto to listen to the board.',
    );
  }
  const { port, baud = SELF_TEST_BAUD } = flags;
  const connection = await openPort(session, { port, baud });
  try {
    if (!session.json) session.reporter.step(`listen to ${connection.path} at ${baud} baud`);
    return {
      name: connection.path,
      path: connection.path,
      log: await listenForLog(session, connection, flags.timeout),
    };
  } finally {
    connection.close();
  }
}

/** Digits of the model's digest as a line carries them. */
function expectedModel(session: Session, path: string): string {
  return selfTestModel(sha256(readModelBytes(session, path)));
}

/**
 * Prints what the last self-test in the log says, or the first one that a board prints. Throws mismatch errors where that is not PASS, or of another model
 * than the one given.
 */
export async function verifyAction(
  session: Session,
  given: string | undefined,
  flags: VerifyFlags,
): Promise<void> {
  const { model } = flags;
  const expected = model === undefined ? undefined : expectedModel(session, model);
  const { name, path, log } = await logOf(session, given, flags);
  const { last: run } = log;
  if (run === undefined) throw noLine(name, log);

  const matches = expected === undefined ? undefined : run.model === expected;
  const title = matches === true ? `${model} (${run.model})` : `model ${run.model}`;
  const { runs, damagedLines, unfinished } = log;
  const text =
    matches === false
      ? renderOtherModel(run, printable(`${model} (${expected})`))
      : renderSelfTestRun(run, printable(title));
  session.emit<VerifyJson>(`${text}\n`, {
    log: path,
    ok: run.verdict === 'PASS' && matches !== false,
    ...run,
    modelMatches: matches,
    runs,
    damagedLines,
    unfinished,
  });
  if (!session.json) for (const note of renderRunNotes(log)) session.reporter.info(note);
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
