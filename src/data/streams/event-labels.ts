/** What is to be heard when: a text with a line for every stretch, as Audacity exports labels, or a table of three columns. */

import { inputError } from '../../core/errors.ts';
import { decodeText } from '../../core/text.ts';

/** What is to be heard from when to when. */
export interface EventLabel {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly label: string;
}

const MAX_LINES = 100_000;
const SEPARATORS = ['\t', ';', ','];
const HINT =
  'Give lines such as "1.25,1.80,yes": beginning and end in seconds, and the class; or the labels that Audacity exports.';

function fieldsOf(line: string): readonly string[] {
  const separator = SEPARATORS.find((one) => line.includes(one)) ?? ' ';
  const [start = '', end = '', ...rest] = line.split(separator);
  return [start.trim(), end.trim(), rest.join(separator).trim()];
}

function labelOf(line: string): EventLabel | undefined {
  const [start, end, label] = fieldsOf(line);
  const [startSeconds, endSeconds] = [start, end].map((field) => (field === '' ? Number.NaN : Number(field)));
  const isStretch = Number.isFinite(endSeconds) && startSeconds >= 0 && endSeconds > startSeconds;
  return isStretch && label !== '' ? { startSeconds, endSeconds, label } : undefined;
}

/** In the order of their beginnings; a first line of words is a head. Throws `bad-labels` (input) naming file and line. */
export function parseEventLabels(bytes: Uint8Array, where: string): readonly EventLabel[] {
  const lines = decodeText(bytes, where).split(/\r?\n/);
  if (lines.length > MAX_LINES)
    throw inputError('bad-labels', `${where} has more than ${MAX_LINES} lines`, HINT);
  // Audacity writes a second line for the band of a label.
  const labels = lines.flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('\\')) return [];
    const label = labelOf(line);
    if (label !== undefined) return [label];
    if (index === 0 && /^\p{L}/u.test(line)) return [];
    throw inputError('bad-labels', `${where}, line ${index + 1}: it is no beginning, end and class`, HINT);
  });
  const sorted = labels.sort((a, b) => a.startSeconds - b.startSeconds);
  const overlapping = sorted.findIndex((label, i) => i > 0 && label.startSeconds < sorted[i - 1].endSeconds);
  if (overlapping < 0) return sorted;
  throw inputError(
    'bad-labels',
    `${where}: the label at ${sorted[overlapping].startSeconds} s begins before the one before it ends`,
    'Only one thing is heard at a time: shorten one of them.',
  );
}
