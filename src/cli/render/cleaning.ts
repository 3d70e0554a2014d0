import type { CleanJson } from '../printed-json.ts';
import { printable } from './printable.ts';
import { formatCount } from './table.ts';

/** What was removed, line by line, and what stayed because it is not known to be tinyml's. */
export function renderCleaning({ removed, bytes, foreign }: CleanJson): string {
  const lines = removed.map((one) => `removed ${printable(one.path)}, ${formatCount(one.bytes)} bytes\n`);
  const sum = removed.length === 0 ? 'Nothing to remove.\n' : `${formatCount(bytes)} bytes are free.\n`;
  const kept = foreign.map((path) => `kept ${printable(path)}, which tinyml did not write\n`);
  return `${lines.join('')}${kept.join('')}${sum}`;
}
