/** What the rows of a recording become: a table, or sound. */

import type { Reading } from '../../data/recording/readings.ts';
import type { Recording } from '../../data/recording/recording.ts';
import { SoundRecording } from '../../data/recording/sound-recording.ts';
import type { SoundFacts } from '../render/board/recording.ts';
import { noSound } from './board-errors.ts';
import type { SerialConnection } from './serial-port.ts';

export interface Tape {
  take(rows: readonly Reading[]): void;
  /** Behind the last row. Throws `no-sound` (input) where the rows are none. */
  end(): SoundFacts | undefined;
}

type Append = (piece: Uint8Array) => void;

/** A table, written as rows come. */
export function tableTape(recording: Recording, append: Append): Tape {
  const encoder = new TextEncoder();
  let isEmpty = true;
  return {
    take(rows) {
      if (rows.length > 0) append(encoder.encode(recording.text(rows, isEmpty)));
      isEmpty &&= rows.length === 0;
    },
    end: () => undefined,
  };
}

/** A WAV file of `rate` samples a second; its first bytes say how many follow, so all is written at the end. */
export function soundTape(connection: SerialConnection, rate: number, append: Append): Tape {
  const sound = new SoundRecording();
  return {
    take: (rows) => sound.push(rows),
    end() {
      if (sound.notSound !== undefined) throw noSound(connection, sound.notSound);
      append(sound.wav(rate));
      return { rate, replaced: sound.replaced };
    },
  };
}
