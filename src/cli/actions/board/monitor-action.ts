/** `tinyml monitor`: what firmware prints, as it comes. */

import { NoiseMeter } from '../../../data/recording/noise-meter.ts';
import { LogLines } from '../../../models/explain/log-lines.ts';
import { parseInferenceLine } from '../../../models/firmware/inference-line.ts';
import { parseSelfTestLine } from '../../../models/firmware/self-test-log.ts';
import { parseStreamLine } from '../../../models/firmware/stream-line.ts';
import type { BoardLineJson, MonitorJson } from '../../printed-json.ts';
import { renderInference } from '../../render/board/inference.ts';
import { renderSelfTestRun } from '../../render/board/self-test-run.ts';
import { renderStreamLine } from '../../render/board/stream-line.ts';
import { printable } from '../../render/printable.ts';
import { boardGone, boardSilent, serialNoise } from '../../serial/board-errors.ts';
import { openPort, type PortFlags } from '../../serial/open-port.ts';
import { QUIET_MS } from '../../serial/record.ts';
import type { SerialConnection } from '../../serial/serial-port.ts';
import type { Session } from '../../terminal/session.ts';

/** Options of `tinyml monitor`. */
export interface MonitorFlags extends PortFlags {
  /** When it ends by itself; it goes on until Ctrl-C where nothing is said. */
  readonly seconds?: number;
}

/** What one line says. */
type BoardLine = BoardLineJson;

function lineOf(text: string): BoardLine {
  const run = parseSelfTestLine(text);
  if (typeof run === 'object') return { kind: 'self-test', ...run };
  const heard = parseStreamLine(text);
  if (heard !== undefined) return heard;
  const inference = parseInferenceLine(text);
  return inference === undefined ? { kind: 'text', text } : { kind: 'inference', ...inference };
}

function textOf(line: BoardLine): string {
  switch (line.kind) {
    case 'self-test':
      return renderSelfTestRun(line, `model ${line.model}`);
    case 'inference':
      return renderInference(line);
    case 'heard':
    case 'lost':
      return renderStreamLine(line);
    case 'text':
      return printable(line.text);
  }
}

/** A line of JSON for each line of the board, at once. */
function tell(session: Session, text: string, time: number): void {
  const line = lineOf(text);
  session.emitLine<MonitorJson>(
    () => textOf(line),
    () => ({ time, ...line }),
  );
}

async function follow(session: Session, connection: SerialConnection, seconds: number): Promise<void> {
  const lines = new LogLines();
  const noise = new NoiseMeter();
  const start = performance.now() / 1000;
  // The first line is the end of one whose beginning nobody heard.
  let isFirst = true;
  for (;;) {
    const left = 1000 * (start + seconds) - performance.now();
    if (left <= 0) return;
    const heard = await connection.next(Math.min(left, noise.bytes === 0 ? QUIET_MS : left), session.signal);
    if (heard.kind === 'interrupted') return;
    if (heard.kind === 'gone') throw boardGone(connection);
    if (heard.kind === 'silence') {
      if (noise.bytes === 0) throw boardSilent(connection, Math.min(QUIET_MS, 1000 * seconds) / 1000);
      continue;
    }
    noise.push(heard.bytes);
    if (noise.isNoise) throw serialNoise(connection, noise);
    for (const { text, goesOn } of lines.push(heard.bytes)) {
      if (!isFirst && !goesOn && text.trim() !== '') tell(session, text, heard.time - start);
      isFirst = false;
    }
  }
}

/** Longer than anybody listens, and not too long for a timer. */
const FOREVER_SECONDS = 2_000_000;

/** Throws those of the port, and what the board does instead of printing text. */
export async function monitorAction(session: Session, flags: MonitorFlags): Promise<void> {
  const connection = await openPort(session, flags);
  try {
    if (!session.json) session.reporter.step(`listen to ${connection.path} at ${connection.baud} baud`);
    await follow(session, connection, flags.seconds ?? FOREVER_SECONDS);
  } finally {
    connection.close();
  }
}
