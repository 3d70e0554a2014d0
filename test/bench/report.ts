/** What was measured, as text for the terminal, as JSON, and as the table of the README. */

import { formatTable } from '../../src/cli/render/table.ts';
import { type Machine, machineSentence } from './machine.ts';
import { misses, type Outcome } from './row.ts';

export interface Report {
  readonly before: Machine;
  readonly after: Machine;
  /** The share of the cores that the host kept meanwhile. */
  readonly withheld: number | undefined;
  /** Wall clock of the whole. */
  readonly seconds: number;
  /** `id` runs the measurement alone: `training/sine`. */
  readonly results: readonly { readonly id: string; readonly outcome: Outcome }[];
}

function figure(value: number, unit: string): string {
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
  return `${text} ${unit}`.trimEnd();
}

function verdict(outcome: Exclude<Outcome, { why: string }>): string {
  if (outcome.target === undefined) return '';
  return misses(outcome) ? 'MISS' : 'ok';
}

/** name, value, target, verdict, how */
function cellsOf(outcome: Outcome): readonly [string, string, string, string, string] {
  if ('why' in outcome) return [outcome.name, '', '', 'skipped', outcome.why];
  const { name, unit, target, how } = outcome;
  const measured = 'refused' in outcome ? `refused (${outcome.refused})` : figure(outcome.value, unit);
  const limit = target === undefined ? '' : `${target.relation} ${figure(target.value, unit)}`;
  return [name, measured, limit, verdict(outcome), how];
}

function summary({ results, before, after, withheld, seconds }: Report): string {
  const missed = results.filter(({ outcome }) => misses(outcome)).length;
  const skipped = results.filter(({ outcome }) => 'why' in outcome).length;
  const rows = `${results.length} rows, ${missed} missed, ${skipped} skipped, ${Math.round(seconds)} s`;
  return `${machineSentence(before, after, withheld)}\n${rows}.`;
}

export function textReport(report: Report): string {
  const columns = [
    { title: 'name' },
    { title: 'row' },
    { title: 'value', align: 'right' },
    { title: 'target', align: 'right' },
    { title: '' },
    { title: 'how' },
  ] as const;
  const cells = report.results.map(({ id, outcome }) => [id, ...cellsOf(outcome)]);
  return `${formatTable(columns, cells)}\n\n${summary(report)}\n`;
}

export function jsonReport({ before, after, withheld, seconds, results }: Report): string {
  const rows = results.map(({ id, outcome }) => ({
    id,
    ...outcome,
    ...('why' in outcome ? {} : { holds: !misses(outcome) }),
  }));
  return `${JSON.stringify({ machine: { ...before, loadAfter: after.load, withheld }, seconds, rows })}\n`;
}

export function markdownReport(report: Report): string {
  const escaped = (cell: string): string => cell.replaceAll('|', '\\|');
  const lines = report.results.map(
    ({ id, outcome }) => `| \`${id}\` | ${cellsOf(outcome).map(escaped).join(' | ')} |`,
  );
  return [
    summary(report),
    '',
    '| name | row | value | target | | how it was measured |',
    '|---|---|--:|--:|---|---|',
    ...lines,
  ].join('\n');
}

const BEGIN = '<!-- table: npm run bench -- --write -->';
const END = '<!-- end of table -->';

/** The text with what stands between the two markers replaced. */
export function withTable(text: string, table: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The README lacks "${BEGIN}" … "${END}".`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`;
}
