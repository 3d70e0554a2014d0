/** What was found in data, and what each column is to be. */

import { countOf } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import type { ColumnStatistics } from '../../data/checks/column-statistics.ts';
import type { ProfiledColumn } from '../../stages/proposal/profile.ts';
import type { ProposedProject } from '../../stages/proposal/propose-project.ts';
import type { ColumnRole } from '../../stages/proposal/propose-roles.ts';
import type { FoundColumn, InitFindings } from '../printed-json.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

/** Without numbers that stand for something else. */
function measuredRange({ min, max, suspiciousCodes }: ColumnStatistics): { min: number; max: number } {
  const below = suspiciousCodes.find(({ value, nearest }) => value < nearest);
  const above = suspiciousCodes.find(({ value, nearest }) => value > nearest);
  return { min: below?.nearest ?? min, max: above?.nearest ?? max };
}

function foundColumn(
  { name, role, why }: ColumnRole,
  { kind, statistics }: ProfiledColumn,
  missing: number | undefined,
): FoundColumn {
  const codes = statistics?.suspiciousCodes ?? [];
  const remarks = [
    ...(why === undefined ? [] : [why]),
    ...codes.map(({ value, count }) => `${formatFigure(value)} in ${countOf(count, 'row')}: missing?`),
  ];
  return {
    name,
    kind,
    role,
    ...given({ missing }),
    ...(statistics !== undefined && kind === 'number' && statistics.count > 0
      ? measuredRange(statistics)
      : {}),
    ...(statistics?.distinct === undefined ? {} : { distinct: statistics.distinct }),
    ...(remarks.length === 0 ? {} : { remark: remarks.join('; ') }),
  };
}

/** As `--json` prints it. */
export function initFindings({ config, profile, roles, missing, reasons }: ProposedProject): InitFindings {
  return {
    source: config.source,
    task: roles.task,
    rows: profile.rows,
    files: profile.files.length,
    columns: roles.columns.map((role, place) => foundColumn(role, profile.columns[place], missing[place])),
    reasons,
  };
}

function rangeOf({ min, max, distinct, kind }: FoundColumn): string {
  if (min !== undefined && max !== undefined) return `${formatFigure(min)} … ${formatFigure(max)}`;
  return kind === 'category' && distinct !== undefined ? `${countOf(distinct, 'text')}` : '–';
}

/** As a terminal of so many columns shows it. */
export function renderFindings({ columns, reasons, task }: InitFindings, terminal?: number): string {
  const table = formatTable(
    [
      { title: 'column' },
      { title: 'kind' },
      { title: 'range' },
      { title: 'missing', align: 'right' },
      { title: 'role' },
      { title: 'remark', wraps: true },
    ],
    columns.map((column) => [
      printable(column.name),
      column.kind,
      rangeOf(column),
      column.missing === undefined ? '–' : formatCount(column.missing),
      column.role,
      printable(column.remark ?? ''),
    ]),
    terminal,
  );
  return [table, ...[...reasons, `the task is ${task}`].map((reason) => `- ${printable(reason)}`)].join('\n');
}
