/** Listens to a board until a recording is complete, or cannot be. */

import type { TinymlError } from '../../core/errors.ts';
import { NoiseMeter } from '../../data/recording/noise-meter.ts';
import type { Reading } from '../../data/recording/readings.ts';
import type { Recording } from '../../data/recording/recording.ts';
import { boardGone, boardSilent, boardStalled, noReadings, serialNoise } from './board-errors.ts';
import type { SerialConnection } from './serial-port.ts';

/** Without a row for so long something is wrong; sensors that are slow get ten times what a row takes them. */
export const QUIET_MS = 5000;
const QUIET_ROWS = 10;

export interface RecordOptions {
  readonly signal: AbortSignal;
  /** Of the recording, as they come. */
  readonly onRows: (rows: readonly Reading[]) => void;
  /** `QUIET_MS` unless told. */
  readonly quietMs?: number;
}

/** How it ended: an error says what the board did. What was recorded until then is there in any case. */
export type RecordEnd = 'complete' | 'interrupted' | TinymlError;

function quietLimit(recording: Recording, quietMs: number): number {
  if (recording.rows < 2) return quietMs;
  const period = (1000 * recording.elapsed) / (recording.rows - 1);
  return Math.max(quietMs, QUIET_ROWS * period);
}

/** Why no row came. */
function quietError(
  connection: SerialConnection,
  recording: Recording,
  heard: NoiseMeter,
  quietMs: number,
): TinymlError {
  if (heard.isNoise) return serialNoise(connection, heard);
  if (recording.heard > 0) return boardStalled(connection, progressOf(recording));
  return heard.bytes === 0
    ? boardSilent(connection, quietMs / 1000)
    : noReadings(connection, recording.facts.example);
}

/** ` after 3.2 of 10 s`; nothing where nothing was recorded. */
function progressOf({ rows, elapsed, seconds }: Recording): string {
  return rows === 0 ? '' : ` after ${elapsed.toFixed(1)} of ${seconds} s`;
}

async function listen(
  connection: SerialConnection,
  recording: Recording,
  { signal, onRows, quietMs = QUIET_MS }: RecordOptions,
): Promise<RecordEnd> {
  // What came since the last row.
  let heard = new NoiseMeter();
  let quietSince = performance.now();
  while (!recording.isComplete) {
    const left = quietSince + quietLimit(recording, quietMs) - performance.now();
    const next = left > 0 ? await connection.next(left, signal) : { kind: 'silence' as const };
    switch (next.kind) {
      case 'interrupted':
        return 'interrupted';
      case 'gone':
        return boardGone(connection, progressOf(recording));
      case 'silence':
        return quietError(connection, recording, heard, quietMs);
      case 'bytes': {
        heard.push(next.bytes);
        const before = recording.heard;
        onRows(recording.push(next.bytes, next.time));
        if (recording.heard > before) {
          heard = new NoiseMeter();
          quietSince = performance.now();
        } else if (recording.heard === 0 && heard.isNoise) return serialNoise(connection, heard);
      }
    }
  }
  return 'complete';
}

/** Fills the recording. Rows go to `onRows`, also those that waited for others when it ended. */
export async function record(
  connection: SerialConnection,
  recording: Recording,
  options: RecordOptions,
): Promise<RecordEnd> {
  const end = await listen(connection, recording, options);
  options.onRows(recording.end());
  return end;
}
