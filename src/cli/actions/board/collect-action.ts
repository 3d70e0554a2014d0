/** `tinyml collect`: what a board prints becomes data of a class. */

import { basename } from 'node:path';
import { TinymlError, usageError } from '../../../core/errors.ts';
import { countOf } from '../../../core/figure-text.ts';
import { given } from '../../../core/given.ts';
import { Recording, type RecordingFacts } from '../../../data/recording/recording.ts';
import { SENDING_SENSORS, type SendingSensor } from '../../../targets/firmware/sending-sensors.ts';
import { collectCommand, sendingSketch } from '../../../targets/firmware/sending-sketch.ts';
import type { CollectJson, SketchJson } from '../../printed-json.ts';
import { RecentReadings, renderSignals } from '../../render/board/live-readings.ts';
import { renderRecording, renderRecordingNotes, type SoundFacts } from '../../render/board/recording.ts';
import { cutToWidth } from '../../render/display-width.ts';
import { printable } from '../../render/printable.ts';
import { openPort, type PortFlags } from '../../serial/open-port.ts';
import { type RecordEnd, record } from '../../serial/record.ts';
import type { SerialConnection } from '../../serial/serial-port.ts';
import { soundTape, tableTape } from '../../serial/tape.ts';
import type { Session } from '../../terminal/session.ts';
import { checkLabel, publishRecording } from '../../workspace/publish-recording.ts';
import { publishSources } from '../../workspace/publish-sources.ts';

/** Options of `tinyml collect`. */
export interface CollectFlags extends PortFlags {
  readonly label?: string;
  readonly seconds: number;
  readonly repeat: number;
  readonly output: string;
  /** What comes is sound, so many samples a second. */
  readonly sound?: number;
  /** Instead of recording: the folder of a sketch that sends. */
  readonly sketch?: string;
  readonly sensor?: SendingSensor;
}

/** Time to go back to where a movement begins. */
const PAUSE_MS = 2000;

/** One file. */
interface Recorded {
  readonly path: string;
  readonly facts: RecordingFacts;
  readonly sound?: SoundFacts;
}

/** How a recording ended, and what it left. */
interface Ended {
  readonly end: RecordEnd;
  readonly recorded?: Recorded;
}

/** Nothing came that could be written. */
class Nothing extends Error {}

function requireLabel({ label }: CollectFlags): string {
  if (label === undefined) {
    throw usageError(
      'no-label',
      'Nothing says what is recorded',
      'Name the class with --label, such as "tinyml collect --label walk".',
    );
  }
  checkLabel(label);
  return label;
}

/** Draws what comes. */
function liveView({ reporter }: Session, recording: Recording, title: string) {
  const recent = new RecentReadings();
  return (rows: readonly { readonly values: readonly number[] }[]): void => {
    for (const { values } of rows) recent.push(values);
    const { elapsed, seconds } = recording;
    const status = `  ${title}  ${elapsed.toFixed(1)} of ${seconds} s, ${countOf(recording.rows, 'row')}`;
    reporter.draw((cells, colours) => [
      cutToWidth(status, cells - 1),
      ...renderSignals(recent, recording.columns, cells, colours),
    ]);
  };
}

/** Sound ends with as many samples as the time has. */
function beginRecording({ seconds, sound }: CollectFlags): Recording {
  return new Recording(seconds, sound && Math.max(1, Math.round(sound * seconds)));
}

/** Records once. What came gets its name when it is whole. */
async function recordFile(
  session: Session,
  connection: SerialConnection,
  flags: CollectFlags,
  title: string,
): Promise<Ended> {
  const { output, sound } = flags;
  const recording = beginRecording(flags);
  const draw = liveView(session, recording, title);
  const kind = sound === undefined ? 'csv' : 'wav';
  let end: RecordEnd = 'complete';
  let heard: SoundFacts | undefined;
  try {
    const path = await publishRecording(session, output, requireLabel(flags), kind, async (append) => {
      const tape = sound === undefined ? tableTape(recording, append) : soundTape(connection, sound, append);
      end = await record(connection, recording, {
        signal: session.signal,
        onRows: (rows) => {
          tape.take(rows);
          draw(rows);
        },
      });
      if (recording.rows === 0) throw new Nothing();
      heard = tape.end();
    });
    return { end, recorded: { path, facts: recording.facts, ...given({ sound: heard }) } };
  } catch (error) {
    if (!(error instanceof Nothing)) throw error;
    return { end };
  } finally {
    session.reporter.clear();
  }
}

/** What the board sends meanwhile is of no class. */
async function pause({ signal }: Session, connection: SerialConnection): Promise<void> {
  const until = performance.now() + PAUSE_MS;
  for (let left = PAUSE_MS; left > 0 && !signal.aborted; left = until - performance.now()) {
    const heard = await connection.next(left, signal);
    if (heard.kind === 'gone') return; // The next recording says so.
  }
}

function tell({ reporter, json }: Session, { facts, sound }: Recorded): void {
  if (json) return;
  for (const note of renderRecordingNotes(facts, sound)) reporter.warn(note);
}

function jsonOf(
  { path, baud }: SerialConnection,
  label: string,
  all: readonly Recorded[],
  stopped: TinymlError | undefined,
): CollectJson {
  return {
    port: path,
    baud,
    label,
    recordings: all.map(({ path: file, facts: { lines, rate, columns, rows, seconds }, sound }) => ({
      path: file,
      columns,
      rows,
      seconds,
      ...given({ rate }),
      dropped: lines.malformed,
      words: lines.words,
      missing: lines.missing,
      ...given({ sound }),
    })),
    ...(stopped === undefined
      ? {}
      : { error: { code: stopped.code, message: stopped.message, ...given({ hint: stopped.hint }) } }),
  };
}

/** Prints each file as it is whole. Throws what the board did, after what was recorded until then is written and told. */
async function collectFrom(
  session: Session,
  connection: SerialConnection,
  label: string,
  flags: CollectFlags,
): Promise<void> {
  const all: Recorded[] = [];
  let end: RecordEnd = 'complete';
  for (let i = 1; i <= flags.repeat && end === 'complete' && !session.signal.aborted; i++) {
    if (i > 1) {
      session.reporter.info(`Pause of ${PAUSE_MS / 1000} s.`);
      await pause(session, connection);
    }
    const number = flags.repeat > 1 ? ` (${i} of ${flags.repeat})` : '';
    const title = `${printable(label)}${number}`;
    session.reporter.step(`record ${title} for ${flags.seconds} s from ${connection.path}`);
    const { end: own, recorded } = await recordFile(session, connection, flags, title);
    end = own;
    if (recorded === undefined) continue;
    all.push(recorded);
    session.emitPart(`${renderRecording(recorded.path, recorded.facts)}\n`);
    tell(session, recorded);
  }
  const stopped = end instanceof TinymlError ? end : undefined;
  if (session.json && all.length > 0) session.emit<CollectJson>('', jsonOf(connection, label, all, stopped));
  if (stopped !== undefined) throw stopped;
}

/** Writes a sketch that sends what can be recorded. Files that were edited are kept. */
function writeSketch(session: Session, directory: string, sensor: SendingSensor | undefined): void {
  if (sensor === undefined) {
    throw usageError(
      'no-sensor',
      'Nothing says what the sketch is to send',
      `Name it with --sensor: ${SENDING_SENSORS.join(', ')}.`,
    );
  }
  const sketch = basename(session.absolute(directory));
  const files = sendingSketch(sketch, sensor).map(
    ({ path, text }) => [path, new TextEncoder().encode(text)] as const,
  );
  const written = publishSources(session, new Map(files), { directory, force: false });
  session.emit<SketchJson>(() => written.map((path) => `${path}\n`).join(''), { written });
  if (!session.json) session.reporter.info(`Upload it, then: ${collectCommand(sensor)}`);
}

/** Throws usage errors, those of the port, and what the board did instead of sending rows. */
export async function collectAction(session: Session, flags: CollectFlags): Promise<void> {
  if (flags.sketch !== undefined) {
    writeSketch(session, flags.sketch, flags.sensor);
    return;
  }
  const label = requireLabel(flags);
  const connection = await openPort(session, flags);
  try {
    await collectFrom(session, connection, label, flags);
  } finally {
    connection.close();
  }
}
