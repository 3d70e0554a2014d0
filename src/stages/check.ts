/**
 * The gate: what a model takes, held against limits or against another model. What is not known fails; it never passes
 * in silence.
 */

import { TinymlError } from '../core/errors.ts';
import { readOutline } from '../formats/tflite/read-outline.ts';
import type { ArenaTarget } from '../planner/arena-plan.ts';
import type { ModelOutline } from '../planner/outline.ts';
import { planArena, runtimeObjectBytes } from '../planner/plan-arena.ts';
import type { Library } from '../targets/tflm/operators.ts';
import { operatorViews } from './inspect.ts';
import { type LibrarySupport, librarySupport, type OperatorRefusal } from './library-support.ts';
import { outlineMacs } from './outline-macs.ts';

/** A figure of a model: exact, "at least `value`" where there is a doubt, or not known where there is only the doubt. */
export interface Figure {
  readonly value?: number;
  /** Why it is not exact, as the end of a sentence. */
  readonly doubt?: string;
}

/** How the checks are measured and judged, in the order in which they are shown. */
const CHECKS = [
  { check: 'flash', unit: 'bytes', sense: 'most' },
  { check: 'arena', unit: 'bytes', sense: 'most' },
  { check: 'ram', unit: 'bytes', sense: 'most' },
  { check: 'macs', unit: 'MACs', sense: 'most' },
  { check: 'accuracy', unit: 'share', sense: 'least' },
  { check: 'accuracyDrop', unit: 'share', sense: 'most' },
  { check: 'sqnr', unit: 'dB', sense: 'least' },
] as const;

export type FigureName = (typeof CHECKS)[number]['check'];
export type CheckUnit = (typeof CHECKS)[number]['unit'];

/** What the model does on the test split; only a project can say. */
export interface Quality {
  /** Share of right decisions. */
  readonly accuracy: Figure;
  /** The float model's accuracy less this one's. */
  readonly accuracyDrop: Figure;
  /** Of the outputs against the float model's, in dB; infinite where they are equal. */
  readonly sqnr: Figure;
}

/**
 * `flash`: bytes of the model array. `arena`: the least tensor arena that works. `ram`: that arena, the interpreter and
 * the operator resolver, in bytes. `macs`: multiply-accumulates of one inference.
 */
export interface Measured extends Partial<Quality> {
  readonly flash: Figure;
  readonly arena: Figure;
  readonly ram: Figure;
  readonly macs: Figure;
  /** How many different operators a resolver must register. */
  readonly operators: number;
  readonly libraries: readonly LibrarySupport[];
}

/** In the units of `Measured`: the most that is allowed, of `accuracy` and `sqnr` the least. */
export type CheckLimits = { readonly [Name in FigureName]?: number } & {
  /** A library that must run every operator as it is meant. */
  readonly opsFor?: Library;
};

export interface FigureRow {
  readonly check: FigureName;
  readonly unit: CheckUnit;
  readonly ok: boolean;
  readonly limit?: number;
  readonly sense: 'most' | 'least';
  /** Whether the limit is the baseline's own figure. */
  readonly limitIsBaseline: boolean;
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

export type CheckRow = FigureRow | OperatorsRow;

/** The different operators of a model; custom ones differ by their own names. */
export function countOperators({ subgraphs }: ModelOutline): number {
  const names = subgraphs.flatMap(({ operators }) =>
    operators.map(({ name, customName }) => JSON.stringify([name, customName])),
  );
  return new Set(names).size;
}

/** What `figure` computes; where tinyml or TFLM refuses the model, only the reason is known. */
function figureOrDoubt(figure: () => Figure): Figure {
  try {
    return figure();
  } catch (error) {
    if (!(error instanceof TinymlError && error.kind === 'unsupported')) throw error;
    return { doubt: error.message.replace(/\.$/, '') };
  }
}

/** The least arena that works, in bytes. */
export function arenaFigure(outline: ModelOutline, target: ArenaTarget): Figure {
  return figureOrDoubt(() => {
    const { minimumBytes, unknownOperators } = planArena(outline, target);
    if (unknownOperators.length === 0) return { value: minimumBytes };
    return { value: minimumBytes, doubt: `the memory of ${unknownOperators.join(', ')} is not known` };
  });
}

/** Multiply-accumulates of one inference. */
export function macsFigure(outline: ModelOutline): Figure {
  const macs = operatorViews(outline).map((view) => ({ name: view.operator.name, macs: outlineMacs(view) }));
  const value = macs.reduce((sum, operator) => sum + (operator.macs ?? 0), 0);
  const unknown = new Set(macs.filter((operator) => operator.macs === undefined).map(({ name }) => name));
  if (unknown.size === 0) return { value };
  return { value, doubt: `the arithmetic of ${[...unknown].join(', ')} is not known` };
}

/** Everything of a `.tflite` file that can be computed without data. Throws input errors for damaged files. */
export function measureModel(bytes: Uint8Array, target: ArenaTarget): Measured {
  const { outline } = readOutline(bytes);
  const operators = countOperators(outline);
  const arena = arenaFigure(outline, target);
  const objects = runtimeObjectBytes(target, operators);
  return {
    flash: { value: bytes.length },
    arena,
    ram: arena.value === undefined ? arena : { ...arena, value: arena.value + objects },
    macs: macsFigure(outline),
    operators,
    libraries: librarySupport(operatorViews(outline)),
  };
}

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

function judge(
  kind: (typeof CHECKS)[number],
  figure: Figure | undefined,
  ownLimit: number | undefined,
  baseline: Figure | undefined,
): FigureRow {
  const limit = ownLimit ?? baseline?.value;
  const { value } = figure ?? {};
  const doubt = doubtOf(figure);
  const baselineDoubt = ownLimit === undefined ? doubtOf(baseline) : undefined;
  const row = {
    ...kind,
    limitIsBaseline: ownLimit === undefined,
    atLeast: value !== undefined && doubt !== undefined,
    ...(limit === undefined ? {} : { limit }),
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

function isCompared(check: FigureName, measured: Measured, baseline: Measured | undefined): boolean {
  if (baseline === undefined) return false;
  if (COMPARED.has(check)) return true;
  return (
    check === 'accuracy' && measured.accuracy?.value !== undefined && baseline.accuracy?.value !== undefined
  );
}

/**
 * One row for every limit, and with a baseline one for every figure that may not be worse than the baseline's. A figure
 * that equals its limit passes.
 */
export function runChecks(measured: Measured, limits: CheckLimits, baseline?: Measured): readonly CheckRow[] {
  const rows: CheckRow[] = CHECKS.filter(
    ({ check }) => limits[check] !== undefined || isCompared(check, measured, baseline),
  ).map((kind) => judge(kind, measured[kind.check], limits[kind.check], baseline?.[kind.check]));
  const support = measured.libraries.find(({ library }) => library === limits.opsFor);
  if (support === undefined) return rows;
  const { library, ok, refusals } = support;
  return [...rows, { check: 'operators', ok, library, operators: measured.operators, refusals }];
}
