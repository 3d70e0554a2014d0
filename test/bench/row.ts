/** What a benchmark hands over, and the few tools that all of them use. */

/** The most (`≤`, `<`) or the least (`≥`) that the project promises. */
export interface Target {
  readonly relation: '≤' | '≥' | '<';
  readonly value: number;
}

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is measured against. */
  readonly reference?: number;
  readonly target?: Target;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

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
