/** Operators that are computed in bands of rows, and what that costs and gives. */

import { formatShape, type Shape } from '../../../core/tensor.ts';

/** Operators behind one another. */
export interface BandedStage {
  readonly operators: number;
  /** What the last of them makes. */
  readonly image: Shape;
  readonly bands: number;
}

/** All of a program. */
export interface Banding {
  readonly stages: readonly BandedStage[];
  /** Multiply-accumulates that are done twice. */
  readonly extraMacs: number;
  /** By how much the buffer is smaller. */
  readonly savedBytes: number;
}

/** One sentence for people. */
export function bandingText({ stages, extraMacs, savedBytes }: Banding): string {
  const count = (number: number): string => number.toLocaleString('en-US');
  const all = stages.map(
    ({ operators, image, bands }) =>
      `${operators} operators up to ${formatShape(image)} in ${bands} bands of rows`,
  );
  return `It computes ${all.join(', then ')}, which saves ${count(savedBytes)} bytes of its buffer for ${count(extraMacs)} multiply-accumulates that are done twice.`;
}
