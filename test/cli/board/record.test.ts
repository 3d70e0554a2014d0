import { describe, expect, it } from 'vitest';
import { record } from '../../../src/cli/serial/record.ts';
import { SerialInbox } from '../../../src/cli/serial/serial-inbox.ts';
import { TinymlError } from '../../../src/core/errors.ts';
import { Recording } from '../../../src/data/recording/recording.ts';

/** What a board that prints these texts, 5 ms apart from 110 ms on, and then nothing makes of a recording of a minute. */
async function endOf(texts: readonly (string | Uint8Array)[]): Promise<string> {
  const inbox = new SerialInbox();
  const connection = {
    path: 'P',
    baud: 9600,
    next: (limit: number, signal: AbortSignal) => inbox.next(limit, signal),
    close: () => {},
  };
  if (texts.length > 0) inbox.put(new Uint8Array());
  texts.forEach((text, i) => {
    setTimeout(() => inbox.put(typeof text === 'string' ? Buffer.from(text) : text), 110 + 5 * i);
  });
  const recording = new Recording(60);
  const end = await record(connection, recording, {
    signal: new AbortController().signal,
    onRows: () => {},
    quietMs: 200,
  });
  return end instanceof TinymlError ? `${end.code}: ${end.message}` : end;
}

describe('record', () => {
  it.each([
    ['board-silent: The board at P sends nothing for 0.2 s, at 9600 baud', []],
    [
      'no-readings: What the board at P prints is no row of numbers, such as "a 1"',
      ['x\n', 'a 1\n', 'a 2\n'],
    ],
    ['no-readings: What the board at P prints is no row of numbers', ['1,2,3,1,2,3']],
    ['serial-noise: What the board at P sends is no text: 100 % of 80 bytes', [new Uint8Array(80).fill(255)]],
    ['board-stalled: The board at P stopped sending readings', ['x\n', '1,2\n', '3,4\n']],
    [
      'serial-noise: What the board at P sends is no text: 100 % of 80 bytes',
      ['x\n', '1,2\n', '3,4\n', new Uint8Array(80).fill(255)],
    ],
  ])('%s', async (expected, texts) => {
    expect(await endOf(texts)).toBe(expected);
  });
});
