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

export type Outcome = Row | Skipped;

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

export function holds({ value, target }: Row): boolean {
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
