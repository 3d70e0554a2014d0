/** What counts as nothing in a row, and what is done about it. */

/** What is done with rows in which something is missing. */
export const MISSING_POLICIES = ['drop', 'previous', 'keep'] as const;

export interface MissingOptions {
  /** Numbers that stand for nothing: −200 where a sensor was off. */
  readonly codes: readonly number[];
  /**
   * `previous` takes the value of the row before it in the same recording, and drops rows that have none before them.
   * `keep` leaves features NaN, for a preparing step to fill. Rows without a target are dropped.
   */
  readonly policy: (typeof MISSING_POLICIES)[number];
}

export type IsMissing = (value: number) => boolean;

/** What float32 cannot hold is nothing that a network could see. */
export const isAbsent: IsMissing = (value) => !Number.isFinite(Math.fround(value));

/** A number in the file, and none in float32. */
export const isBeyondFloat32: IsMissing = (value) =>
  Number.isFinite(value) && !Number.isFinite(Math.fround(value));
