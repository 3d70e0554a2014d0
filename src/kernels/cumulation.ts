/** Sums along an axis of a tensor seen as [outer, axis, inner]. */
export interface Cumulation {
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
  /** Each sum leaves its own element out. */
  readonly exclusive: boolean;
  /** Sums begin at the last element. */
  readonly reverse: boolean;
}

/** Where a row's first sum lies, and how far apart they are. */
export interface CumulationRows {
  readonly starts: Int32Array;
  readonly step: number;
}

export function cumulationRows({ outer, axis, inner, reverse }: Cumulation): CumulationRows {
  const first = reverse ? (axis - 1) * inner : 0;
  return {
    starts: Int32Array.from(
      { length: outer * inner },
      (_, row) => Math.floor(row / inner) * axis * inner + (row % inner) + first,
    ),
    step: reverse ? -inner : inner,
  };
}
