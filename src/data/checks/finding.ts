/** What looks wrong with data: a sentence with the numbers, for people; `check` for programs. */

export const CHECKS = [
  'constant-column',
  'duplicate-column',
  'row-number',
  'identity-column',
  'suspicious-code',
  'unscaled-ranges',
  'decided-by-one-column',
  'duplicate-samples',
  'level-leak',
  'class-imbalance',
  'rare-class',
  'too-few-samples',
  'outside-training-range',
  'split-group',
] as const;
export type Check = (typeof CHECKS)[number];

export interface Finding {
  readonly check: Check;
  /** One sentence, with what to do where that is known. Names in it are quoted, and foreign text. */
  readonly sentence: string;
}

/** Four significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `12.3%`. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))}%`;
}

export function quoted(name: string): string {
  return JSON.stringify(name);
}

/** A value of a column: the text that it stands for, or the number. */
export function valueText(value: number, texts: readonly string[] | undefined): string {
  const text = texts?.[value];
  return text === undefined ? figure(value) : quoted(text);
}
