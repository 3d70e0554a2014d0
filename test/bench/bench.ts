/**
 * `npm run bench [-- NAME …] [--json] [--write]`: what things cost and how they compare, measured in one run. A name is
 * a section (`training`) or one measurement of it (`training/sine`). The command succeeds whatever the numbers are.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeMachine } from './machine.ts';
import { isNumberOption } from './options.ts';
import { jsonReport, markdownReport, textReport, withTable } from './report.ts';
import type { Outcome, Section } from './row.ts';
import { watchHost } from './withheld.ts';

const README = resolve('test/bench/README.md');

const SECTIONS: Readonly<Record<string, () => Promise<Section>>> = {
  'start-up': async () => (await import('./start-up.ts')).startUp,
  report: async () => (await import('./report-page.ts')).reportPage,
  training: async () => (await import('./training.ts')).training,
  inference: async () => (await import('./inference.ts')).inference,
  growth: async () => (await import('./growth.ts')).growth,
  files: async () => (await import('./files.ts')).files,
  mutations: async () => (await import('./mutations.ts')).mutations,
  kills: async () => (await import('./kills.ts')).kills,
  'tiny-files': async () => (await import('./tiny-files/tiny-files.ts')).tinyFiles,
  'random-networks': async () => (await import('./random-networks.ts')).randomNetworks,
  quantization: async () => (await import('./quantization/quantization.ts')).quantization,
  compress: async () => (await import('./compress/compress.ts')).compress,
  standalone: async () => (await import('./standalone/standalone.ts')).standalone,
  'standalone-networks': async () => (await import('./standalone/standalone-networks.ts')).standaloneNetworks,
  features: async () => (await import('./features/features.ts')).features,
  streams: async () => (await import('./streams/streams.ts')).streams,
  'spoken-digits': async () => (await import('./spoken-digits/spoken-digits.ts')).spokenDigits,
  import: async () => (await import('./import/import.ts')).importing,
  search: async () => (await import('./search/search.ts')).searchRows,
  data: async () => (await import('./data.ts')).data,
};
/** Takes minutes, and runs where it is named. */
const ONLY_NAMED: readonly string[] = [
  'mutations',
  'kills',
  'tiny-files',
  'random-networks',
  'quantization',
  'compress',
  'import',
  'search',
  'standalone',
  'standalone-networks',
  'features',
  'streams',
  'spoken-digits',
  'data',
];

/** Of the whole table no measurement starts later; what has started ends, so it takes a little longer at most. What is named takes its time. */
const BUDGET_SECONDS = 720;

interface Measurement {
  /** `training/sine` */
  readonly id: string;
  run(): Promise<Outcome[]>;
}

async function measurementsNamed(name: string): Promise<Measurement[]> {
  const [sectionName, single] = name.split('/');
  const load = SECTIONS[sectionName];
  if (load === undefined)
    throw new Error(`There is no ${sectionName}; there are ${Object.keys(SECTIONS).join(', ')}.`);
  const section = await load();
  const names = single === undefined ? Object.keys(section) : [single];
  return names.map((key) => {
    const run = section[key];
    if (run === undefined) {
      throw new Error(`There is no ${sectionName}/${key}; there are ${Object.keys(section).join(', ')}.`);
    }
    return { id: `${sectionName}/${key}`, run };
  });
}

async function outcomesOf({ id, run }: Measurement, secondsLeft: number): Promise<Outcome[]> {
  if (secondsLeft < 0) return [{ name: id, why: `not started within ${BUDGET_SECONDS} s; run it alone` }];
  try {
    return await run();
  } catch (error) {
    return [{ name: id, why: `failed: ${error instanceof Error ? error.message : String(error)}` }];
  }
}

/** Everything but the options that sections read themselves, with their numbers. */
const argv = process.argv
  .slice(2)
  .filter((argument, index, all) => ![argument, all[index - 1]].some(isNumberOption));
const named = argv.filter((argument) => !argument.startsWith('--'));
const flags = argv.filter((argument) => argument.startsWith('--'));
const unknown = flags.find((flag) => !['--json', '--write'].includes(flag));
if (unknown !== undefined) throw new Error(`There is no ${unknown}; there are --json and --write.`);
if (flags.includes('--write') && named.length > 0) {
  throw new Error('--write needs all rows: leave the names out.');
}
const names = named.length > 0 ? named : Object.keys(SECTIONS).filter((name) => !ONLY_NAMED.includes(name));
const measurements = (await Promise.all(names.map(measurementsNamed))).flat();

const budgetSeconds = named.length > 0 ? Number.POSITIVE_INFINITY : BUDGET_SECONDS;
const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;
const before = describeMachine();
const withheld = watchHost();
const results: { id: string; outcome: Outcome }[] = [];
for (const measurement of measurements) {
  const { id } = measurement;
  process.stderr.write(`${seconds().toFixed(0).padStart(4)} s  ${id}\n`);
  for (const outcome of await outcomesOf(measurement, budgetSeconds - seconds()))
    results.push({ id, outcome });
}
const report = { before, after: describeMachine(), withheld: withheld(), seconds: seconds(), results };

if (flags.includes('--write')) {
  writeFileSync(README, withTable(readFileSync(README, 'utf8'), markdownReport(report)));
}
// TensorFlow.js keeps the process alive.
process.stdout.write(flags.includes('--json') ? jsonReport(report) : textReport(report), () =>
  process.exit(),
);
