/** What generated C is to be best at. */

/** What `--optimize` takes: `balanced` is fast where it does not cost much flash. */
export const OPTIMIZE_GOALS = ['size', 'balanced', 'speed'] as const;
/** One of `OPTIMIZE_GOALS`. */
export type Optimize = (typeof OPTIMIZE_GOALS)[number];

/** Of a goal that nobody names. */
export const DEFAULT_OPTIMIZE: Optimize = 'balanced';

/**
 * When weights are decoded that lie in flash as Huffman codes: before each layer, into working memory, or once, when the program
 * starts, into the state.
 */
export const HUFFMAN_TIMES = ['layer', 'boot'] as const;
/** One of `HUFFMAN_TIMES`. */
export type HuffmanTime = (typeof HUFFMAN_TIMES)[number];

/** What compilers are told of the model's source; where nothing is said, what the board's kit tells them. */
export const COMPILER_LEVEL: Readonly<Record<Optimize, '-Os' | '-O3' | undefined>> = {
  size: '-Os',
  balanced: undefined,
  speed: '-O3',
};

/** How a graph becomes C: the same bytes of results in all ways. */
export interface ProgramOptions {
  readonly optimize?: Optimize;
  /** Weights become Huffman codes where that saves flash; without it none do. */
  readonly huffman?: HuffmanTime;
}
