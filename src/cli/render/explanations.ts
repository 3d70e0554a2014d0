/** Messages of a log as text: what each means, and the line that cures it. */

import type { ChalkInstance } from 'chalk';
import type { Explained } from '../../models/explain/explain.ts';
import { printable } from './printable.ts';

function paragraph(
  { title, message, line, times, cause, cure, code }: Explained,
  colours: ChalkInstance,
  withPlace: boolean,
): string {
  const often = times > 1 ? `, ${times} times` : '';
  const place = withPlace ? colours.dim(`  line ${line}${often}`) : '';
  const source = code?.split('\n').map((text) => `    ${text}`) ?? [];
  return [
    `${colours.bold(printable(title))}${place}`,
    `  ${colours.dim(printable(message))}`,
    `  ${printable(cause)}`,
    `  ${printable(cure)}`,
    ...(code === undefined ? [] : ['', ...source.map(printable)]),
    '',
  ].join('\n');
}

/** What follows from another message is only named where that other one is there; `withPlace` tells lines of the log. */
export function renderExplanations(
  found: readonly Explained[],
  colours: ChalkInstance,
  withPlace: boolean,
): string {
  const causes = found.filter(({ consequence }) => !consequence);
  const shown = causes.length > 0 ? causes : found;
  const rest = causes.length > 0 ? found.filter(({ consequence }) => consequence) : [];
  const list = rest.map(
    ({ message, line }) => `  ${printable(message)}${withPlace ? `  (line ${line})` : ''}`,
  );
  const after = list.length === 0 ? [] : [`Follows from that:\n${list.join('\n')}\n`];
  return [...shown.map((one) => paragraph(one, colours, withPlace)), ...after].join('\n');
}
