/** What generated C is to be best at. */

/** What `--optimize` takes: `balanced` is fast where it does not cost much flash. */
export const OPTIMIZE_GOALS = ['size', 'balanced', 'speed'] as const;
/** One of `OPTIMIZE_GOALS`. */
export type Optimize = (typeof OPTIMIZE_GOALS)[number];

/** Of a goal that nobody names. */
export const DEFAULT_OPTIMIZE: Optimize = 'balanced';

/** How a graph becomes C: the same bytes of results in all ways. */
export interface ProgramOptions {
  readonly optimize?: Optimize;
}
