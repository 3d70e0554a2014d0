/** What a search found, as text: the front, the smallest file first, and the project as it is beside it. */

import { countOf } from '../../../core/figure-text.ts';
import type { JsonValue } from '../../../core/json.ts';
import type { SearchPoint } from '../../../stages/search/front.ts';
import { limitedCosts, type SearchLimits } from '../../../stages/search/limits.ts';
import type { SearchJson } from '../../printed-json.ts';
import { printable } from '../printable.ts';
import { type Column, formatCount, formatFigure, formatTable } from '../table.ts';

function limitsText(limits: SearchLimits): string {
  const parts = limitedCosts(limits).map((name) => `${name} ${formatCount(limits[name] as number)}`);
  return parts.length === 0 ? 'without limits' : `within ${parts.join(', ')}`;
}

function columnsOf({ validation, test }: SearchPoint): readonly Column[] {
  const right = (title: string): Column => ({ title, align: 'right' });
  return [
    { title: '' },
    right('trial'),
    right(`${validation.metric}: float`),
    right('converted'),
    right(test.metric === validation.metric ? 'test' : `test ${test.metric}`),
    ...['flash', 'RAM', 'arena', 'MACs'].map(right),
    { title: 'choices', wraps: true },
  ];
}

function choiceText(name: string, value: JsonValue): string {
  const place = name.replace(/^(model|training|dataset)\./, '');
  return `${place} ${JSON.stringify(value)}`;
}

function rowOf(mark: string, { trial, validation, test, costs, choices }: SearchPoint): readonly string[] {
  return [
    mark,
    String(trial),
    formatFigure(validation.float),
    formatFigure(validation.converted),
    formatFigure(test.converted),
    ...[costs.flash, costs.ram, costs.arena, costs.macs].map(formatCount),
    Object.entries(choices)
      .map(([name, value]) => printable(choiceText(name, value)))
      .join(', '),
  ];
}

function isOnFront({ front, base }: SearchJson): boolean {
  return front.some(({ trial }) => trial === base?.trial);
}

/** `terminal` is how many cells a line of the terminal has. */
export function renderSearch(found: SearchJson, terminal?: number): string {
  const { front, chosen, base, trials, limits, written, plot, table } = found;
  const markOf = ({ trial }: SearchPoint): string =>
    [trial === chosen ? 'chosen' : '', trial === base?.trial ? 'project' : ''].filter(Boolean).join(', ');
  const rows = front.map((point) => rowOf(markOf(point), point));
  const beaten = base === undefined || isOnFront(found) ? [] : [rowOf('project', base)];
  const point = front.find(({ trial }) => trial === chosen);
  return [
    `${countOf(trials, 'trial')} ${limitsText(limits)}; the front, the smallest file first:`,
    '',
    formatTable(columnsOf(front[0]), [...rows, ...beaten], terminal),
    '',
    'Chosen by the validation samples, in the converted form; nothing was chosen by the test.',
    `Front: ${printable(table)}, ${printable(plot)}`,
    written === undefined
      ? `Chosen: ${printable(point?.file ?? '')}; "tinyml search --write" puts it into the project file.`
      : `Written: ${printable(written)}`,
    '',
  ].join('\n');
}
