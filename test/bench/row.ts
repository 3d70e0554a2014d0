/** What a measurement hands over, and the few tools that all of them use. */

/** The most (`≤`, `<`) or the least (`≥`) that the project promises. */
export interface Target {
  readonly relation: '≤' | '≥' | '<';
  readonly value: number;
}

export interface Row {
  readonly name: string;
  readonly value: number;
  /** `×` for a ratio. */
  readonly unit: string;
  readonly target?: Target;
  /** What was run, against what, and the absolute figures. */
  readonly how: string;
}

/** A row that cannot be measured here. */
export interface Skipped {
  readonly name: string;
  readonly why: string;
}

/** A target that is missed without a number to compare: what was to be measured is refused, with what the refusal says. */
export interface Refused {
  readonly name: string;
  /** `least loss 7.2 dB` */
  readonly refused: string;
  readonly unit: string;
  readonly target: Target;
  readonly how: string;
}

export type Outcome = Row | Refused | Skipped;

/** What belongs together, by the name that runs it alone. */
export type Section = Readonly<Record<string, () => Promise<Outcome[]>>>;

export function atMost(value: number): Target {
  return { relation: '≤', value };
}

export function below(value: number): Target {
  return { relation: '<', value };
}

export function atLeast(value: number): Target {
  return { relation: '≥', value };
}

/** Whether a target was missed; what was skipped misses none. */
export function misses(outcome: Outcome): boolean {
  return 'refused' in outcome || ('value' in outcome && !holds(outcome));
}

function holds({ value, target }: Row): boolean {
  if (target === undefined) return true;
  if (target.relation === '<') return value < target.value;
  return target.relation === '≤' ? value <= target.value : value >= target.value;
}

/** `12.3 ms`, `0.56 ms`, `4 s`. */
export function formatSeconds(seconds: number): string {
  const [value, unit] =
    seconds >= 1 ? [seconds, 's'] : seconds >= 1e-3 ? [seconds * 1e3, 'ms'] : [seconds * 1e6, 'µs'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}
