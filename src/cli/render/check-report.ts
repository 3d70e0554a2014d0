/** The rows of `tinyml check` as a table, in text and Markdown, as annotations of GitHub Actions, and as a JUnit report. */

import type {
  CheckRow,
  CheckUnit,
  FigureName,
  FigureRow,
  OperatorsRow,
} from '../../models/check/run-checks.ts';
import { isBuild, type Target } from '../../planner/target.ts';
import { markdownCode, markdownTable, markdownText } from './markdown.ts';
import { printable } from './printable.ts';
import { type Column, formatCount, formatFigure, formatTable } from './table.ts';

/** What `tinyml check` prints: for people, as annotations of GitHub Actions, or as XML of JUnit. */
export const CHECK_FORMATS = ['text', 'github', 'junit'] as const;
/** One of `CHECK_FORMATS`. */
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** A model with the rows that it was checked by. */
export interface CheckReport {
  /** As the user names it. */
  readonly model: string;
  /** What sizes are for. */
  readonly target: Target;
  readonly baseline?: string;
  readonly rows: readonly CheckRow[];
}

const TITLES: Readonly<Record<FigureName, string>> = {
  flash: 'flash',
  arena: 'arena',
  ram: 'ram',
  macs: 'MACs',
  duty: 'duty of standalone-c',
  accuracy: 'accuracy',
  accuracyDrop: 'accuracy drop',
  balancedAccuracy: 'balanced accuracy',
  f1: 'F1',
  auc: 'AUC',
  averagePrecision: 'average precision',
  sqnr: 'SQNR',
  mse: 'MSE',
  mae: 'MAE',
  r2: 'R²',
};

function formatValue(unit: CheckUnit, value: number | undefined): string {
  if (value === undefined) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : String(value);
  return unit === 'bytes' || unit === 'MACs' ? formatCount(value) : formatFigure(value);
}

/** `1,024 bytes`, `40.2 dB`; MACs and shares say by their title what they are. */
function withUnit(unit: CheckUnit, value: number): string {
  const text = formatValue(unit, value);
  if (unit === 'bytes' && value === 1) return '1 byte';
  return unit === 'bytes' || unit === 'dB' ? `${text} ${unit}` : text;
}

function limitText({ unit, limit, limitIsBaseline, allowance, baseline, sense }: FigureRow): string {
  if (limit === undefined) return "the baseline's figure";
  const text = withUnit(unit, limit);
  if (limitIsBaseline && allowance === undefined) return `the baseline's ${text}`;
  const bound = `the ${sense === 'most' ? 'limit' : 'least'} of ${text}`;
  if (allowance === undefined || baseline === undefined) return bound;
  const loosened = `${sense === 'most' ? 'and' : 'less'} a tolerance of ${withUnit(unit, allowance)}`;
  return `${bound}, the baseline's ${withUnit(unit, baseline)} ${loosened}`;
}

function figureFailure(row: FigureRow): string {
  const { unit, measured, margin, atLeast, unknown, sense } = row;
  if (unknown !== undefined) {
    const known = measured === undefined ? '' : `it is at least ${withUnit(unit, measured)}, and `;
    return `not known whether it keeps to ${limitText(row)}: ${known}${unknown}`;
  }
  const by = withUnit(unit, -(margin as number));
  const value = withUnit(unit, measured as number);
  const bound = atLeast ? 'at least ' : '';
  return `${bound}${value}, ${bound}${by} ${sense === 'most' ? 'over' : 'under'} ${limitText(row)}`;
}

function operatorsFailure({ library, refusals }: OperatorsRow): string {
  const reasons = refusals.map(({ operator, reason, count }) => {
    const times = count === 1 ? '' : ` (${count} times)`;
    return `${printable(operator)}${times}: ${printable(reason.replace(/\.$/, ''))}`;
  });
  return `not as they are meant with ${library}: ${reasons.join('; ')}`;
}

function titleOf(row: CheckRow): string {
  if (row.check === 'operators') return 'operators';
  return row.output === undefined ? TITLES[row.check] : `${printable(row.output)}: ${TITLES[row.check]}`;
}

/** Why a check failed, as a phrase; undefined where it passed. */
export function failureOf(row: CheckRow): string | undefined {
  if (row.ok) return undefined;
  return row.check === 'operators' ? operatorsFailure(row) : figureFailure(row);
}

/** Passed for no other reason than the tolerance: the figure is worse than the baseline's. */
function isTolerated({ ok, margin, allowance, delta }: FigureRow): boolean {
  // Of equal figures the margin is the allowance, up to rounding.
  return ok && delta !== 0 && margin !== undefined && allowance !== undefined && margin < allowance;
}

function figureVerdict(row: FigureRow): string {
  if (isTolerated(row)) return 'ok, worse by no more than the tolerance';
  return row.ok ? 'ok' : 'FAIL';
}

function signed(unit: CheckUnit, value: number | undefined): string {
  return value !== undefined && value > 0 ? `+${formatValue(unit, value)}` : formatValue(unit, value);
}

function cells(row: CheckRow, compared: boolean): string[] {
  if (row.check === 'operators') {
    const refused = new Set(row.refusals.map(({ operator }) => operator)).size;
    const has = `${row.operators - refused} of ${row.operators}`;
    const verdict = row.ok ? 'ok' : 'FAIL';
    return ['operators', row.library, has, '–', ...(compared ? ['–', '–'] : []), verdict];
  }
  const { unit, limit, measured, atLeast, margin, baseline, delta } = row;
  const title = unit === 'bytes' || unit === 'dB' ? `${titleOf(row)}, ${unit}` : titleOf(row);
  return [
    title,
    formatValue(unit, limit),
    `${atLeast ? '≥ ' : ''}${formatValue(unit, measured)}`,
    formatValue(unit, margin),
    ...(compared ? [formatValue(unit, baseline), signed(unit, delta)] : []),
    figureVerdict(row),
  ];
}

/** What sizes do and do not hold. */
interface SizeNotes {
  readonly flash: string;
  readonly arena: string;
  readonly ram: string;
}

function sizeNotes(target: Target): SizeNotes {
  if (isBuild(target)) {
    return {
      flash: 'flash is the model array alone; the code of the runtime and its kernels comes on top.',
      arena: `arena is the least that works with ${target}.`,
      ram: 'ram is that arena with the interpreter and the resolver; stack and application come on top.',
    };
  }
  return {
    flash: 'flash is the constants of the C alone; its code comes on top.',
    arena: `arena is the buffer of ${target}, with its state; inputs and outputs lie where the caller has them.`,
    ram: 'ram is the same; inputs, outputs, stack and application come on top.',
  };
}

/** What a duty is of, and what it is not. */
export const DUTY_NOTE =
  'duty is of instructions, counted on an emulated Cortex-M4 that hears noise, each as one cycle: C without an interpreter, compiled with -O2. Waiting flash, instructions of several cycles, the sensor and the rest of the application come on top.';

/** What the figures in the table do and do not hold. */
export function checkNotes({ rows, target }: CheckReport): readonly string[] {
  const has = (check: CheckRow['check']): boolean => rows.some((row) => row.check === check);
  const { flash, arena, ram } = sizeNotes(target);
  return [
    ...(has('flash') ? [flash] : []),
    ...(has('arena') || has('ram') ? [arena] : []),
    ...(has('ram') ? [ram] : []),
    ...(has('duty') ? [DUTY_NOTE] : []),
  ];
}

function columnsOf(compared: boolean): readonly Column[] {
  const figures = ['limit', 'measured', 'margin', ...(compared ? ['baseline', 'delta'] : [])];
  return [{ title: 'check' }, ...figures.map((title) => ({ title, align: 'right' as const })), { title: '' }];
}

function failureLines(rows: readonly CheckRow[]): readonly string[] {
  return rows.flatMap((row) => {
    const failure = failureOf(row);
    return failure === undefined ? [] : [`FAIL ${titleOf(row)}: ${failure}.`];
  });
}

/** `terminal` is how many cells a line of the terminal has. */
function renderCheckText(report: CheckReport, terminal?: number): string {
  const { model, baseline, rows } = report;
  const compared = baseline !== undefined;
  const table = formatTable(
    columnsOf(compared),
    rows.map((row) => cells(row, compared)),
    terminal,
  );
  const failures = failureLines(rows);
  const head = `model ${printable(model)}${compared ? `, baseline ${printable(baseline)}` : ''}`;
  return `${[head, '', table, '', ...failures, ...checkNotes(report)].join('\n')}\n`;
}

/** The same in GitHub-flavoured Markdown, for the summary of a job. */
export function renderCheckMarkdown(report: CheckReport): string {
  const { model, baseline, rows } = report;
  const compared = baseline !== undefined;
  const table = markdownTable(
    columnsOf(compared),
    rows.map((row) => cells(row, compared)),
  );
  const head = `model ${markdownCode(model)}${compared ? `, baseline ${markdownCode(baseline)}` : ''}`;
  const lines = [...failureLines(rows), ...checkNotes(report)].map((line) => `- ${markdownText(line)}`);
  return `${[head, '', table, '', ...lines].join('\n').trimEnd()}\n`;
}

/** Properties of workflow commands also end at colons and commas. */
function githubProperty(text: string): string {
  return githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function githubData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** One annotation for every failed check, and the table; no name in it can be taken for a workflow command. */
function renderCheckGithub(report: CheckReport): string {
  const annotations = report.rows.flatMap((row) => {
    const failure = failureOf(row);
    if (failure === undefined) return [];
    const title = githubProperty(`tinyml check: ${titleOf(row)}`);
    return [
      `::error title=${title}::${githubData(`${printable(report.model)}: ${titleOf(row)}: ${failure}`)}\n`,
    ];
  });
  // The old form of commands is looked for anywhere in a line.
  const text = renderCheckText(report).replaceAll('##[', '## [');
  return annotations.join('') + text;
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** `printable` leaves nothing that XML 1.0 forbids but the two non-characters. */
function xml(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => XML_ENTITIES[character]);
}

/** A test suite with one test case for every check; no times, so that equal results give equal files. */
function renderCheckJunit(report: CheckReport): string {
  const { model, rows } = report;
  const failed = rows.filter(({ ok }) => !ok).length;
  const counts = `tests="${rows.length}" failures="${failed}" errors="0"`;
  const cases = rows.flatMap((row) => {
    const open = `    <testcase classname="tinyml check" name="${xml(titleOf(row))}"`;
    const failure = failureOf(row);
    if (failure === undefined) return [`${open}/>`];
    return [
      `${open}>`,
      `      <failure type="check-failed" message="${xml(failure)}">${xml(`${model}: ${failure}`)}</failure>`,
      '    </testcase>',
    ];
  });
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xml(`tinyml check ${model}`)}" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}

const RENDER: Readonly<Record<CheckFormat, (report: CheckReport, terminal?: number) => string>> = {
  text: renderCheckText,
  github: (report) => renderCheckGithub(report),
  junit: renderCheckJunit,
};

/** `terminal` is how many cells a line of the terminal has; what machines read does not depend on it. */
export function renderCheck(report: CheckReport, format: CheckFormat, terminal?: number): string {
  return RENDER[format](report, terminal);
}
