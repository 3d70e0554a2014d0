/** The methods of compression in a line each, without loading them: `--help` has no use for training. */

import type { CompressionName } from './index.ts';

/** By name. */
export const COMPRESSION_SUMMARIES: Readonly<Record<CompressionName, string>> = {
  distill: 'the model learns what a larger one answers, or goes on answering as it does',
  'low-rank': 'layers become two or three with fewer weights (SVD, Tucker)',
  'prune-channels': 'channels and units leave the model, which gets smaller and faster on any chip',
  prune: 'the smallest weights become zeros, which only coded weights profit from',
  cluster: 'weights become a few values, for look-up tables and Huffman codes',
  'quantize-aware': 'training goes on with the integers that the chip computes',
};
