import { countOf } from '../../core/figure-text.ts';
import type { CleanJson } from '../printed-json.ts';
import { printable } from './printable.ts';

/** What was removed, line by line, and what stayed because it is not known to be tinyml's. */
export function renderCleaning({ removed, bytes, foreign }: CleanJson): string {
  const lines = removed.map((one) => `removed ${printable(one.path)}, ${countOf(one.bytes, 'byte')}\n`);
  const sum = removed.length === 0 ? 'Nothing to remove.\n' : `${countOf(bytes, 'byte')} are free.\n`;
  const kept = foreign.map((path) => `kept ${printable(path)}, which tinyml did not write\n`);
  return `${lines.join('')}${kept.join('')}${sum}`;
}
