import type { StreamLine } from '../../../models/firmware/stream-line.ts';
import { printable } from '../printable.ts';
import { formatCount } from '../table.ts';

/** What firmware that listens told, as a line. */
export function renderStreamLine(line: StreamLine): string {
  return line.kind === 'heard'
    ? `heard ${printable(line.label)} ${line.score}`
    : `${formatCount(line.readings)} readings lost`;
}
