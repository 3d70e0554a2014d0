import { describe, expect, it } from 'vitest';
import { LogLines } from '../../../src/models/explain/log-lines.ts';

/** How much of a log is handed on, on which the time of its readers depends. */
function handedOn(log: Iterable<string>): { longest: number; characters: number } {
  const lines = new LogLines();
  const encoder = new TextEncoder();
  let [longest, characters] = [0, 0];
  const count = ({ text }: { text: string }): void => {
    longest = Math.max(longest, text.length);
    characters += text.length;
  };
  for (const piece of log) for (const line of lines.push(encoder.encode(piece))) count(line);
  const rest = lines.rest();
  if (rest !== undefined) count(rest);
  return { longest, characters };
}

describe('LogLines', () => {
  it.each([
    ['a line without end', 'x'],
    ['an escape that never ends', '\u001b['],
    ['escapes within words', 'PA\u001b[0mSS'],
    ['line ends and nothing else', '\r\n'],
    ['short lines', 'line\n'],
  ])('hands on %s in pieces, no character more than twice', (_, part) => {
    const piece = part.repeat(1000);
    const log = Array.from({ length: 300 }, () => piece);
    const { longest, characters } = handedOn(log);
    expect(longest).toBeLessThanOrEqual(4096);
    // Neighbouring pieces have a quarter in common.
    expect(characters / (300 * piece.length)).toBeLessThan(1.4);
  });
});
