import { countOf } from '../../../core/figure-text.ts';
import type { StreamLine } from '../../../models/firmware/stream-line.ts';
import { printable } from '../printable.ts';

/** What firmware that listens told, as a line. */
export function renderStreamLine(line: StreamLine): string {
  return line.kind === 'heard'
    ? `heard ${printable(line.label)} ${line.score}`
    : `${countOf(line.readings, 'reading')} lost`;
}
