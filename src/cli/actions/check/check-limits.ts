/** What a model is held against: limits of the command line and of the project file, and which of them a subject can have. */

import { usageError } from '../../../core/errors.ts';
import { given } from '../../../core/given.ts';
import { shellWord } from '../../../core/shell-word.ts';
import type { ClassPlace } from '../../../data/samples/classes.ts';
import type { CheckLimits, QualityLimits } from '../../../models/check/run-checks.ts';
import type { Tolerance } from '../../../models/check/tolerance.ts';
import type { Target } from '../../../planner/target.ts';
import { QUALITY_NAMES, type QualityLimit } from '../../../stages/config/check-config.ts';
import type { CheckConfig } from '../../../stages/config.ts';
import type { HuffmanTime, Optimize } from '../../../targets/c/optimize.ts';
import type { Library } from '../../../targets/tflm/operators.ts';
import type { CheckFormat } from '../../render/check-report.ts';
import type { Session } from '../../terminal/session.ts';
import type { DataFlags } from '../given-data.ts';

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
const QUALITY_LIMITS: Readonly<Record<QualityLimit, string>> = {
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
};

/** What is asked, by the names of the project file. */
type Settings = Partial<CheckConfig> & { readonly target: Target };

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
export function settingsOf(config: CheckConfig, flags: CheckFlags): Settings {
  const said = SETTING_NAMES.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]);
  return { ...config, ...Object.fromEntries(said) };
}

/** What is said of the data; "--target" is what runs the model. */
export function dataFlags({ targetColumn, classFrom, task, labels, output }: CheckFlags): DataFlags {
  return given({ target: targetColumn, classFrom, task, labels, output });
}

/** As the gate takes them. */
export function limitsOf(settings: Settings): CheckLimits {
  return given({
    flash: settings.flash,
    arena: settings.arena,
    ram: settings.ram,
    macs: settings.maxMacs,
    duty: settings.maxDuty,
    opsFor: settings.opsFor,
    ...qualityLimitsOf(settings),
  });
}

type QualitySettings = { readonly [Name in QualityLimit]?: number | undefined };

function qualityLimitsOf(settings: QualitySettings): QualityLimits {
  return given({
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
  });
}

/** Limits of each output of a project with several: those of the project file, and of the command line for one. */
export function outputLimits(
  names: readonly string[],
  { outputs = {} }: CheckConfig,
  flags: CheckFlags,
): Readonly<Record<string, QualityLimits>> {
  const said = Object.fromEntries(
    QUALITY_NAMES.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]),
  );
  const asked = Object.keys(said) as QualityLimit[];
  const { output } = flags;
  if (asked.length > 0 && (output === undefined || !names.includes(output))) {
    throw usageError(
      output === undefined ? 'several-outputs' : 'unknown-output',
      output === undefined
        ? `${asked.map((name) => QUALITY_LIMITS[name]).join(' and ')} is of one output, and the project has ${names.length}`
        : `The project has no output ${JSON.stringify(output)}`,
      `Name one: --output ${names.map(shellWord).join(', or --output ')}.`,
    );
  }
  return Object.fromEntries(
    names.map((name) => [name, qualityLimitsOf({ ...outputs[name], ...(name === output ? said : {}) })]),
  );
}

/** A file has no test split: the options are refused, what the project file says is left out and told. */
export function withoutQuality(settings: Settings, flags: CheckFlags, session: Session): Settings {
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
export function withoutDuty(settings: Settings, { maxDuty }: CheckFlags, session: Session): Settings {
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
export function clockOf({ maxDuty, clock }: Settings): number | undefined {
  if (maxDuty === undefined || clock !== undefined) return maxDuty === undefined ? undefined : clock;
  throw usageError(
    'no-clock',
    'Nothing says how many cycles a second the chip has, of which the duty is a share',
    'Give --clock 64M, or "clock" under "check" in tinyml.config.json.',
  );
}

/** Those of a project with several outputs are of one of them. */
export function withoutQualityFlags(flags: CheckFlags): CheckFlags {
  return { ...flags, ...Object.fromEntries(QUALITY_NAMES.map((name) => [name, undefined])) };
}

/** One output of a project that has but one cannot be named. */
export function requireOutputs(
  names: readonly string[] | undefined,
  model: string | undefined,
  { output }: CheckFlags,
): void {
  if (model !== undefined || names !== undefined || output === undefined) return;
  throw usageError(
    'no-input',
    '--output goes with a project of several outputs, or with --input, and this project has one output',
    'Leave it out.',
  );
}

/** Throws `no-limit` (usage). */
export function requireLimits(limits: CheckLimits, baseline: string | undefined): void {
  if (Object.keys(limits).length > 0 || baseline !== undefined) return;
  throw usageError(
    'no-limit',
    'There is no limit to check',
    `Give --flash, --ram, --arena, --max-macs, --max-duty, ${Object.values(QUALITY_LIMITS).join(', ')}, --ops-for or --baseline, or "check" in tinyml.config.json.`,
  );
}

/** Throws `no-baseline` (usage). */
export function requireBaseline({ baseline, tolerance }: CheckFlags): void {
  if (tolerance === undefined || baseline !== undefined) return;
  throw usageError(
    'no-baseline',
    '--tolerance says by how much figures may be worse than those of a baseline, and there is none',
    'Give --baseline FILE, or leave --tolerance out.',
  );
}

/** Words on data that are not given, and data of a project that has its own. */
export function requireData(model: string | undefined, flags: CheckFlags): void {
  if (flags.input !== undefined && model === undefined) {
    throw usageError(
      'no-model',
      '--input goes with a model; the project is checked on its own test split',
      'Name the model: tinyml check model.tflite --input data.csv.',
    );
  }
  const { output: _, ...words } = dataFlags(flags);
  // A project with several outputs is checked output by output.
  const own = model === undefined ? words : dataFlags(flags);
  if (flags.input !== undefined || Object.keys(own).length === 0) return;
  throw usageError(
    'no-input',
    '--target-column, --class-from, --task, --output and --labels go with --input: they say what is true of its samples',
    'Give a file or a folder with --input.',
  );
}
