/** The extents of an SVDF: `filters` · `memory` elements of state for each batch; `rank` filters make one output. */
export interface SvdfShape {
  readonly batches: number;
  /** Of the input. */
  readonly depth: number;
  readonly filters: number;
  /** Inputs that are remembered. */
  readonly memory: number;
  readonly rank: number;
}
