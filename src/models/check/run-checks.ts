/**
 * The gate: what a model takes, held against limits or against another model. What is not known fails; it never passes
 * in silence.
 */

import type { Library } from '../../targets/tflm/operators.ts';
import type { OperatorRefusal } from '../inspect/library-support.ts';
import type { Figure } from './figure.ts';
import type { Measured, Quality } from './measure-model.ts';
import { allowanceOf, type Tolerance } from './tolerance.ts';

/** How the checks are measured and judged, in the order in which they are shown. */
const CHECKS = [
  { check: 'flash', unit: 'bytes', sense: 'most' },
  { check: 'arena', unit: 'bytes', sense: 'most' },
  { check: 'ram', unit: 'bytes', sense: 'most' },
  { check: 'macs', unit: 'MACs', sense: 'most' },
  { check: 'duty', unit: 'share', sense: 'most' },
  { check: 'accuracy', unit: 'share', sense: 'least' },
  { check: 'accuracyDrop', unit: 'share', sense: 'most' },
  { check: 'balancedAccuracy', unit: 'share', sense: 'least' },
  { check: 'f1', unit: 'share', sense: 'least' },
  { check: 'auc', unit: 'share', sense: 'least' },
  { check: 'averagePrecision', unit: 'share', sense: 'least' },
  { check: 'sqnr', unit: 'dB', sense: 'least' },
  { check: 'mse', unit: 'number', sense: 'most' },
  { check: 'mae', unit: 'number', sense: 'most' },
  { check: 'r2', unit: 'number', sense: 'least' },
] as const;

export type FigureName = (typeof CHECKS)[number]['check'];
export type CheckUnit = (typeof CHECKS)[number]['unit'];

/** In the units of `Measured`: the most that is allowed, where the table of checks does not say the least. */
export type CheckLimits = { readonly [Name in FigureName]?: number } & {
  /** A library that must run every operator as it is meant. */
  readonly opsFor?: Library;
};

/** Limits of what a model does on samples. */
export type QualityLimits = { readonly [Name in keyof Quality]?: number };

function isQuality(check: FigureName): check is keyof Quality {
  return !(check in NO_QUALITY);
}

/** What a model takes, whatever it makes of samples. */
const NO_QUALITY: Readonly<Record<Exclude<FigureName, keyof Quality>, true>> = {
  flash: true,
  arena: true,
  ram: true,
  macs: true,
  duty: true,
};

/** A figure against its limit. */
export interface FigureRow {
  /** Of several outputs the one whose figure it is. */
  readonly output?: string;
  readonly check: FigureName;
  readonly unit: CheckUnit;
  readonly ok: boolean;
  readonly limit?: number;
  readonly sense: 'most' | 'least';
  /** Whether the limit is the baseline's own figure, loosened by `allowance`. */
  readonly limitIsBaseline: boolean;
  /** By how much the figure may be worse than the baseline's; absent where it may not be. */
  readonly allowance?: number;
  readonly measured?: number;
  /** The measured figure is a lower bound. */
  readonly atLeast: boolean;
  /** What is left up to the limit; negative where it is broken, absent where that is not known. */
  readonly margin?: number;
  /** Why it is not known whether the limit is kept. */
  readonly unknown?: string;
  readonly baseline?: number;
  /** Measured less baseline, where both are exact. */
  readonly delta?: number;
}

export interface OperatorsRow {
  readonly check: 'operators';
  readonly ok: boolean;
  readonly library: Library;
  /** Different ones in the model. */
  readonly operators: number;
  /** What the library does not run, or runs otherwise. */
  readonly refusals: readonly OperatorRefusal[];
}

/** One check, passed or not. */
export type CheckRow = FigureRow | OperatorsRow;

/** Not a number is not within any limit. */
function isWithin(sense: FigureRow['sense'], value: number, limit: number): boolean {
  return sense === 'most' ? value <= limit : value >= limit;
}

/** Why a figure cannot be compared; undefined for exact ones. */
function doubtOf(figure: Figure | undefined): string | undefined {
  if (figure === undefined) return 'it was not measured';
  if (figure.value === undefined) return figure.doubt ?? 'it was not measured';
  return figure.doubt;
}

/**
 * The baseline's figure, less good by `allowance`. Shares are rounded, never towards the stricter: 0.1 less 0.01 is what
 * "0.09" is as a number, so that a figure equal to its limit passes.
 */
function loosened(sense: FigureRow['sense'], value: number, allowance: number): number {
  if (sense === 'most') return value + allowance;
  const limit = value - allowance;
  return Math.min(limit, Number(limit.toPrecision(12)));
}

interface Bound {
  readonly limit?: number;
  readonly limitIsBaseline: boolean;
  readonly allowance?: number;
}

function boundOf(
  { sense, unit }: (typeof CHECKS)[number],
  ownLimit: number | undefined,
  baseline: Figure | undefined,
  tolerance: Tolerance | undefined,
): Bound {
  if (ownLimit !== undefined) return { limit: ownLimit, limitIsBaseline: false };
  const value = baseline?.value;
  if (value === undefined) return { limitIsBaseline: true };
  const allowance = tolerance === undefined ? 0 : allowanceOf(tolerance, unit, value);
  if (allowance === 0) return { limit: value, limitIsBaseline: true };
  return { limit: loosened(sense, value, allowance), limitIsBaseline: true, allowance };
}

function judge(
  kind: (typeof CHECKS)[number],
  figure: Figure | undefined,
  ownLimit: number | undefined,
  baseline: Figure | undefined,
  tolerance: Tolerance | undefined,
): FigureRow {
  const bound = boundOf(kind, ownLimit, baseline, tolerance);
  const { limit } = bound;
  const { value } = figure ?? {};
  const doubt = doubtOf(figure);
  const baselineDoubt = ownLimit === undefined ? doubtOf(baseline) : undefined;
  const row = {
    ...kind,
    ...bound,
    atLeast: value !== undefined && doubt !== undefined,
    ...(value === undefined ? {} : { measured: value }),
    ...(baseline?.value === undefined ? {} : { baseline: baseline.value }),
    ...(value === undefined || doubt !== undefined || doubtOf(baseline) !== undefined
      ? {}
      : { delta: value - (baseline?.value as number) }),
  };
  if (limit === undefined || baselineDoubt !== undefined) {
    return { ...row, ok: false, unknown: `the baseline's figure is not known: ${baselineDoubt}` };
  }
  if (value === undefined) return { ...row, ok: false, unknown: doubt as string };
  const margin = kind.sense === 'most' ? limit - value : value - limit;
  if (!isWithin(kind.sense, value, limit)) return { ...row, ok: false, margin };
  if (doubt !== undefined) return { ...row, ok: false, unknown: doubt };
  return { ...row, ok: true, margin };
}

/** What a baseline is compared in without a limit; of the others only the limits count. */
const COMPARED: ReadonlySet<FigureName> = new Set(['flash', 'arena', 'ram', 'macs']);

type Figures = { readonly [Name in FigureName]?: Figure | undefined };

function isCompared(check: FigureName, measured: Figures, baseline: Figures | undefined): boolean {
  if (baseline === undefined) return false;
  if (COMPARED.has(check)) return true;
  return (
    check === 'accuracy' && measured.accuracy?.value !== undefined && baseline.accuracy?.value !== undefined
  );
}

/** What one output among several is held against. */
export interface OutputChecks {
  readonly output: string;
  readonly quality: Quality;
  readonly limits: QualityLimits;
  /** The baseline's figures of it, where that has them. */
  readonly baseline?: Quality | undefined;
}

function outputRows(
  { output, quality, limits, baseline }: OutputChecks,
  tolerance: Tolerance | undefined,
): FigureRow[] {
  return CHECKS.flatMap((kind): FigureRow[] => {
    const { check } = kind;
    if (!isQuality(check)) return [];
    const asked = limits[check] !== undefined || isCompared(check, quality, baseline);
    return asked
      ? [{ output, ...judge(kind, quality[check], limits[check], baseline?.[check], tolerance) }]
      : [];
  });
}

/**
 * One row for every limit, those of outputs behind those of the model, and with a baseline one for every figure that may not be worse than the baseline's by more than
 * the tolerance. A figure that equals its limit passes. A model whose training diverged fails whatever is asked.
 */
export function runChecks(
  measured: Measured,
  limits: CheckLimits,
  baseline?: Measured,
  tolerance?: Tolerance,
  outputs: readonly OutputChecks[] = [],
): readonly CheckRow[] {
  const ofModel: CheckRow[] = CHECKS.filter(
    ({ check }) => limits[check] !== undefined || isCompared(check, measured, baseline),
  ).map((kind) => judge(kind, measured[kind.check], limits[kind.check], baseline?.[kind.check], tolerance));
  const rows = [...ofModel, ...outputs.flatMap((output) => outputRows(output, tolerance))];
  const judged = limits.opsFor ?? (measured.diverged ? 'tflm' : undefined);
  const support = measured.libraries.find(({ library }) => library === judged);
  if (support === undefined) return rows;
  const { library, ok, refusals } = support;
  return [...rows, { check: 'operators', ok, library, operators: measured.operators, refusals }];
}
