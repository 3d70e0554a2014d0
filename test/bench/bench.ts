/** `npm run bench [-- NAME …] [--json]`: what things cost and how they compare, measured in one run. */

import { arch, cpus, platform } from 'node:os';
import { formatTable } from '../../src/cli/table.ts';
import { mutations } from './mutations.ts';
import { holds, type Row } from './row.ts';
import { sharedModels } from './shared-models.ts';
import { startUp } from './start-up.ts';
import { training } from './training.ts';

const SUITES: Readonly<Record<string, () => Promise<Row[]>>> = {
  'start-up': startUp,
  training,
  'shared-models': sharedModels,
  mutations,
};

function figure(value: number | undefined, unit: string): string {
  if (value === undefined) return '';
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
  return `${text} ${unit}`.trimEnd();
}

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const chosen = asked.length === 0 ? Object.keys(SUITES) : asked;
const rows: Row[] = [];
for (const name of chosen) {
  const suite = SUITES[name];
  if (suite === undefined)
    throw new Error(`There is no suite ${name}; there are ${Object.keys(SUITES).join(', ')}.`);
  rows.push(...(await suite()));
}
const machine = `${cpus()[0].model}, ${cpus().length} cores, ${platform()} ${arch()}, node ${process.version}`;

if (process.argv.includes('--json')) {
  process.stdout.write(
    `${JSON.stringify({ machine, rows: rows.map((row) => ({ ...row, holds: holds(row) })) })}\n`,
  );
} else {
  const cells = rows.map((row) => [
    row.name,
    figure(row.value, row.unit),
    figure(row.reference, row.unit),
    row.target === undefined ? '' : `${row.target.relation} ${figure(row.target.value, row.unit)}`,
    row.target === undefined ? '' : holds(row) ? 'yes' : 'NO',
  ]);
  const columns = ['measured', 'reference', 'target', 'holds'].map((title) => ({
    title,
    align: 'right' as const,
  }));
  process.stdout.write(`${machine}\n\n${formatTable([{ title: 'row' }, ...columns], cells)}\n`);
}
