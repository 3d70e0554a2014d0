/** `tinyml check`: the project's model, or any file, against limits; the table first, then the verdict. */

import { join } from 'node:path';
import { mismatchError, usageError, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { ClassPlace } from '../../data/samples/classes.ts';
import type { Figure } from '../../models/check/figure.ts';
import { type Measured, measureModel, type Quality } from '../../models/check/measure-model.ts';
import { type CheckLimits, type CheckRow, runChecks } from '../../models/check/run-checks.ts';
import type { Tolerance } from '../../models/check/tolerance.ts';
import { dutyOf } from '../../models/duty/listening-cost.ts';
import type { Target } from '../../planner/target.ts';
import type { CheckConfig } from '../../stages/config.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import type { OutputEvaluation } from '../../stages/measure/score-model.ts';
import { modelQuality, otherQuality, projectQuality } from '../../stages/model-quality.ts';
import type { Pipeline } from '../../stages/pipeline.ts';
import type { HuffmanTime, Optimize, ProgramOptions } from '../../targets/c/optimize.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { projectListeningCost } from '../emulator/project-listening.ts';
import type { CheckJson } from '../printed-json.ts';
import {
  type CheckFormat,
  type CheckReport,
  checkNotes,
  failureOf,
  renderCheck,
  renderCheckMarkdown,
} from '../render/check-report.ts';
import type { Session } from '../terminal/session.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { measureFile } from './evaluate-data.ts';
import type { DataFlags } from './given-data.ts';

/** Options of `tinyml check`; sizes are bytes, shares lie between 0 and 1, minSqnr is in dB. */
export interface CheckFlags {
  readonly flash?: number;
  readonly ram?: number;
  readonly arena?: number;
  readonly maxMacs?: number;
  readonly maxDuty?: number;
  readonly clock?: number;
  readonly minAccuracy?: number;
  readonly maxAccuracyDrop?: number;
  readonly minBalancedAccuracy?: number;
  readonly minF1?: number;
  readonly minAuc?: number;
  readonly minAveragePrecision?: number;
  readonly minSqnr?: number;
  readonly mse?: number;
  readonly mae?: number;
  readonly r2?: number;
  readonly opsFor?: Library;
  readonly target?: Target;
  readonly optimize?: Optimize;
  readonly huffman?: HuffmanTime;
  readonly baseline?: string;
  readonly tolerance?: Tolerance;
  readonly format: CheckFormat;
  readonly markdown?: boolean;
  readonly input?: string;
  readonly targetColumn?: readonly string[];
  readonly classFrom?: ClassPlace;
  readonly task?: DataFlags['task'];
  readonly output?: string;
  readonly labels?: readonly string[];
}

/** Limits that only a project can be held against, and how the command line calls them. */
const QUALITY_LIMITS = {
  minAccuracy: '--min-accuracy',
  maxAccuracyDrop: '--max-accuracy-drop',
  minBalancedAccuracy: '--min-balanced-accuracy',
  minF1: '--min-f1',
  minAuc: '--min-auc',
  minAveragePrecision: '--min-average-precision',
  minSqnr: '--min-sqnr',
  mse: '--mse',
  mae: '--mae',
  r2: '--r2',
} as const;
type QualityLimit = keyof typeof QUALITY_LIMITS;
const QUALITY_NAMES = Object.keys(QUALITY_LIMITS) as readonly QualityLimit[];

/** A model with everything that is known of it. */
interface Subject {
  readonly name: string;
  readonly measured: Measured;
  /** Measures another model on the same data; absent where there are none. */
  readonly qualityOf?: (model: Uint8Array, path: string) => Quality | undefined | Promise<Quality>;
}

type Settings = Partial<CheckConfig> & { readonly target: Target };

/** How a model is measured: by what runs it. */
interface Measure extends ProgramOptions {
  readonly target: Target;
}

/** What the project file may say too. */
const SETTING_NAMES = [
  'flash',
  'ram',
  'arena',
  'maxMacs',
  'maxDuty',
  'clock',
  ...QUALITY_NAMES,
  'opsFor',
  'target',
] as const;

/** The command line wins, option by option. */
function settingsOf(config: CheckConfig, flags: CheckFlags): Settings {
  const said = SETTING_NAMES.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]);
  return { ...config, ...Object.fromEntries(said) };
}

/** What is said of the data; "--target" is what runs the model. */
function dataFlags({ targetColumn, classFrom, task, labels, output }: CheckFlags): DataFlags {
  return given({ target: targetColumn, classFrom, task, labels, output });
}

/** Limits are of one output. */
function soleOutput(outputs: readonly OutputEvaluation[]): OutputEvaluation {
  if (outputs.length === 1) return outputs[0];
  throw usageError(
    'several-outputs',
    `${outputs.length} outputs of the model are measured, and limits are of one`,
    `Check one after another: --output ${outputs.map((one) => shellWord(one.output)).join(', --output ')}.`,
  );
}

function limitsOf(settings: Settings): CheckLimits {
  return given({
    flash: settings.flash,
    arena: settings.arena,
    ram: settings.ram,
    macs: settings.maxMacs,
    duty: settings.maxDuty,
    accuracy: settings.minAccuracy,
    accuracyDrop: settings.maxAccuracyDrop,
    balancedAccuracy: settings.minBalancedAccuracy,
    f1: settings.minF1,
    auc: settings.minAuc,
    averagePrecision: settings.minAveragePrecision,
    sqnr: settings.minSqnr,
    mse: settings.mse,
    mae: settings.mae,
    r2: settings.r2,
    opsFor: settings.opsFor,
  });
}

/** A file has no test split: the options are refused, what the project file says is left out and told. */
function withoutQuality(settings: Settings, flags: CheckFlags, session: Session): Settings {
  const asked = QUALITY_NAMES.filter((name) => flags[name] !== undefined);
  if (asked.length > 0) {
    throw usageError(
      'needs-project',
      `${asked.map((name) => QUALITY_LIMITS[name]).join(' and ')} ${asked.length === 1 ? 'needs' : 'need'} samples whose truth is known, which a file does not have`,
      'Give samples with --input, or leave the model out to check the project on its test split.',
    );
  }
  const left = QUALITY_NAMES.filter((name) => settings[name] !== undefined);
  if (left.length > 0) {
    session.reporter.warn(
      `check.${left.join(', check.')} of the project file: not checked, a file has no test split; --input gives one`,
    );
  }
  const none = Object.fromEntries(QUALITY_NAMES.map((name) => [name, undefined]));
  return { ...settings, ...none };
}

/** A file does not say how it listens: the option is refused, what the project file says is left out and told. */
function withoutDuty(settings: Settings, { maxDuty }: CheckFlags, session: Session): Settings {
  if (maxDuty !== undefined) {
    throw usageError(
      'needs-project',
      '--max-duty needs a project that listens: a file does not say how often it is asked, or of what',
      'Leave the model out to check the project.',
    );
  }
  if (settings.maxDuty !== undefined)
    session.reporter.warn('check.maxDuty of the project file: not checked, a file does not listen');
  return { ...settings, maxDuty: undefined };
}

/** Undefined where no duty is asked for. */
function clockOf({ maxDuty, clock }: Settings): number | undefined {
  if (maxDuty === undefined || clock !== undefined) return maxDuty === undefined ? undefined : clock;
  throw usageError(
    'no-clock',
    'Nothing says how many cycles a second the chip has, of which the duty is a share',
    'Give --clock 64M, or "clock" under "check" in tinyml.config.json.',
  );
}

function requireLimits(limits: CheckLimits, baseline: string | undefined): void {
  if (Object.keys(limits).length > 0 || baseline !== undefined) return;
  throw usageError(
    'no-limit',
    'There is no limit to check',
    `Give --flash, --ram, --arena, --max-macs, --max-duty, ${Object.values(QUALITY_LIMITS).join(', ')}, --ops-for or --baseline, or "check" in tinyml.config.json.`,
  );
}

function requireBaseline({ baseline, tolerance }: CheckFlags): void {
  if (tolerance === undefined || baseline !== undefined) return;
  throw usageError(
    'no-baseline',
    '--tolerance says by how much figures may be worse than those of a baseline, and there is none',
    'Give --baseline FILE, or leave --tolerance out.',
  );
}

async function dutyFigure(
  session: Session,
  pipeline: Pipeline,
  options: ProgramOptions,
  clock: number,
): Promise<Figure> {
  const cost = await projectListeningCost(session, pipeline, options);
  return 'doubt' in cost ? cost : { value: dutyOf(cost, clock) };
}

async function projectSubject(
  session: Session,
  pipeline: Pipeline,
  { target, ...options }: Measure,
  { evaluate, clock }: { readonly evaluate: boolean; readonly clock?: number },
): Promise<Subject> {
  // The stage convert is not asked for by name, which would forget the options it was last run with.
  const evaluation = evaluate ? (await pipeline.run('evaluate')).artifact : undefined;
  const { artifact } = await pipeline.require({ stage: 'convert' });
  const name = session.shown(join(artifact.directory, MODEL_FILE));
  const measured: Measured = {
    ...measureModel(artifact.read(MODEL_FILE), target, options),
    ...(clock === undefined ? {} : { duty: await dutyFigure(session, pipeline, options, clock) }),
  };
  if (evaluation === undefined) return { name, measured };
  const dataset = (await pipeline.require({ stage: 'dataset' })).artifact;
  return {
    name,
    measured: { ...measured, ...projectQuality({ dataset, evaluation }) },
    qualityOf: (model) => otherQuality(model, { dataset, evaluation }),
  };
}

async function fileSubject(
  session: Session,
  project: Project,
  path: string,
  { target, ...options }: Measure,
  flags: CheckFlags,
): Promise<Subject> {
  const { input } = flags;
  const bytes = readModelBytes(session, path);
  const measured = withErrorContext(path, () => measureModel(bytes, target, options));
  if (input === undefined) return { name: path, measured };
  const qualityOf = async (model: string): Promise<Quality> =>
    modelQuality(soleOutput(await measureFile(session, project, model, input, dataFlags(flags))));
  return {
    name: path,
    measured: { ...measured, ...(await qualityOf(path)) },
    qualityOf: (_, other) => qualityOf(other),
  };
}

/** Words on data that are not given, and data of a project that has its own. */
function requireData(model: string | undefined, flags: CheckFlags): void {
  if (flags.input !== undefined && model === undefined) {
    throw usageError(
      'no-model',
      '--input goes with a model; the project is checked on its own test split',
      'Name the model: tinyml check model.tflite --input data.csv.',
    );
  }
  if (flags.input !== undefined || Object.keys(dataFlags(flags)).length === 0) return;
  throw usageError(
    'no-input',
    '--target-column, --class-from, --task, --output and --labels go with --input: they say what is true of its samples',
    'Give a file or a folder with --input.',
  );
}

async function measureBaseline(
  session: Session,
  path: string,
  { target, ...options }: Measure,
  { qualityOf }: Subject,
): Promise<Measured> {
  const bytes = readModelBytes(session, path);
  const measured = withErrorContext(path, () => measureModel(bytes, target, options));
  return { ...measured, ...(await qualityOf?.(bytes, path)) };
}

/** Infinite figures are text: JSON cannot hold them. */
function jsonRow(row: CheckRow): CheckJson['checks'][number] {
  const figures = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  ]);
  return { ...Object.fromEntries(figures), ...given({ failure: failureOf(row) }) };
}

function checkJson(report: CheckReport): CheckJson {
  const { rows, ...rest } = report;
  return {
    ...rest,
    ok: rows.every(({ ok }) => ok),
    checks: rows.map(jsonRow),
    notes: checkNotes(report),
  };
}

function refuseFailures({ rows }: CheckReport): void {
  const failed = rows.filter(({ ok }) => !ok).length;
  if (failed === 0) return;
  throw mismatchError('check-failed', `${failed} of ${rows.length} checks failed`);
}

/**
 * Prints the report, then throws `check-failed` (mismatch) where a limit is broken or not known to be kept. Usage
 * errors where there is no limit, or one that a file cannot have.
 */
export async function checkAction(
  session: Session,
  model: string | undefined,
  flags: CheckFlags,
): Promise<void> {
  requireData(model, flags);
  const project = openProject(session, model === undefined);
  const { config, pipeline } = project;
  const all = settingsOf(config.check, flags);
  const hasTruth = model === undefined || flags.input !== undefined;
  const judged = hasTruth ? all : withoutQuality(all, flags, session);
  const settings = model === undefined ? judged : withoutDuty(judged, flags, session);
  const clock = clockOf(settings);
  const { target } = settings;
  // What the project exports; files are exported as the command line says.
  const optimize = flags.optimize ?? (model === undefined ? config.export.optimize : undefined);
  const huffman = flags.huffman ?? (model === undefined ? config.export.huffman : undefined);
  const measure = { target, ...given({ optimize, huffman }) };
  const { baseline, tolerance } = flags;
  const limits = limitsOf(settings);
  requireLimits(limits, baseline);
  requireBaseline(flags);
  const evaluate = baseline !== undefined || QUALITY_NAMES.some((name) => settings[name] !== undefined);
  const subject =
    model === undefined
      ? await projectSubject(session, pipeline, measure, { evaluate, ...given({ clock }) })
      : await fileSubject(session, project, model, measure, flags);
  const other =
    baseline === undefined ? undefined : await measureBaseline(session, baseline, measure, subject);
  const rows = runChecks(subject.measured, limits, other, tolerance);
  const report = { model: subject.name, target, ...given({ baseline }), rows };
  session.emit<CheckJson>(
    () =>
      flags.markdown === true
        ? renderCheckMarkdown(report)
        : renderCheck(report, flags.format, session.columns),
    () => checkJson(report),
  );
  refuseFailures(report);
}
