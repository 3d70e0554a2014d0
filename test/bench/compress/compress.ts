/**
 * What methods of compression give, on the data of `../shared`: medians of the seeds 1 to 5, int8 as the chip computes it.
 * Validation samples choose, what stands here is of the test samples. A file for each family of rows.
 */

import type { Section } from '../row.ts';
import { baseRows } from './base-rows.ts';
import { clusterRows } from './cluster-rows.ts';
import { composedRows } from './composed-rows.ts';
import { distillRows } from './distill-rows.ts';
import { lowRankRows } from './low-rank-rows.ts';
import { pruneRows } from './prune-rows.ts';
import { quantizeAwareRows } from './quantize-aware-rows.ts';

export const compress: Section = {
  ...baseRows,
  ...clusterRows,
  ...composedRows,
  ...distillRows,
  ...lowRankRows,
  ...pruneRows,
  ...quantizeAwareRows,
};
