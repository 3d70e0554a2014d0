/** The order of the passes, and why. */

import { deadCode } from './dead-code.ts';
import { dropIdentity } from './drop-identity.ts';
import { dropReshapes } from './drop-reshapes.ts';
import { foldConstants } from './fold-constants.ts';
import { foldScaleShiftBackward } from './fold-scale-shift-backward.ts';
import { foldScaleShiftForward } from './fold-scale-shift-forward.ts';
import { fuseActivation } from './fuse-activation.ts';
import type { Pass } from './pass.ts';
import { shareDuplicates } from './share-duplicates.ts';

/** An imported float32 graph to the form that is quantized and written. */
export const floatPasses: readonly Pass[] = [
  deadCode,
  foldConstants,
  dropIdentity,
  // Before anything is folded: a shared layer has several readers and stays as it is.
  shareDuplicates,
  // Before folding and fusing, which look at neighbours.
  dropReshapes,
  // Backward first: it has no trouble with padding.
  foldScaleShiftBackward,
  foldScaleShiftForward,
  fuseActivation,
];
