/** The order of the passes, and why. */

import { absorbPadding } from './absorb-padding.ts';
import { absorbTransposes } from './absorb-transposes.ts';
import { centreLogits } from './centre-logits.ts';
import { clampBeforePool } from './clamp-before-pool.ts';
import { clampBeforeSlice } from './clamp-before-slice.ts';
import { deadCode } from './dead-code.ts';
import { dilateWindows } from './dilate-windows.ts';
import { dropConstantChannels, dropDeadChannels } from './drop-constant-channels.ts';
import { dropIdentity } from './drop-identity.ts';
import { dropReshapes } from './drop-reshapes.ts';
import { asProducts } from './equalize/as-products.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseActivation } from './fuse-activation.ts';
import { fuseHardSwish } from './fuse-hard-swish.ts';
import { orderValues } from './order-values.ts';
import { padApart } from './pad-apart.ts';
import type { Pass } from './pass.ts';
import { batchAsRows } from './replace/batch-as-rows.ts';
import { beginVariables } from './replace/begin-variables.ts';
import { denseAsConvolutions } from './replace/dense-as-convolutions.ts';
import { denseAsRows } from './replace/dense-as-rows.ts';
import { differencesAsSums } from './replace/differences-as-sums.ts';
import { lowerTile } from './replace/lower-tile.ts';
import { matmulAsDense } from './replace/matmul-as-dense.ts';
import { meansAsDense } from './replace/means-as-dense.ts';
import { meansAsPools } from './replace/means-as-pools.ts';
import { productsAsDense, symmetricProducts } from './replace/products-as-dense.ts';
import { scalesAsDepthwise } from './replace/scales-as-depthwise.ts';
import { symmetricWeights } from './replace/symmetric-weights.ts';
import { withoutNanTests } from './replace/without-nan-tests.ts';
import { foldScaleShiftBackward } from './scale-shift/fold-scale-shift-backward.ts';
import { foldScaleShiftForward } from './scale-shift/fold-scale-shift-forward.ts';
import { foldShiftIntoTerm } from './scale-shift/fold-shift-into-term.ts';
import { padBeforeShift } from './scale-shift/pad-before-shift.ts';
import { shareDuplicates } from './share-duplicates.ts';
import { settleRounding } from './simulated/settle-rounding.ts';
import { denseBiases, zeroBiases } from './zero-biases.ts';

/** An imported float32 graph to the form that is quantized and written. */
export const floatPasses: readonly Pass[] = [
  deadCode,
  // First of all, since rounding stands between what could be fused.
  settleRounding,
  padApart,
  foldConstants,
  dropIdentity,
  dilateWindows,
  fuseHardSwish,
  lowerTile,
  // Before folding, which knows weights.
  matmulAsDense,
  // Before anything is folded: a shared layer has several readers and stays as it is.
  shareDuplicates,
  // Before folding and fusing, which look at neighbours.
  dropReshapes,
  absorbPadding,
  absorbTransposes,
  // Backward first: it has no trouble with padding.
  foldScaleShiftBackward,
  padBeforeShift,
  foldScaleShiftForward,
  foldShiftIntoTerm,
  fuseActivation,
  clampBeforePool,
  // What folding switched off is known by now.
  dropDeadChannels,
  // Folding may have brought a bias already.
  zeroBiases,
  denseAsRows,
  // Behind all that makes values.
  orderValues,
];

/** What the Arduino libraries compute exactly, in place of what they do not; before quantization, so that scales suit it. */
export const arduinoPasses: readonly Pass[] = [
  meansAsPools,
  meansAsDense,
  batchAsRows,
  dropReshapes,
  symmetricProducts,
];

/** The same for Chirale's library. */
export const chiralePasses: readonly Pass[] = [...arduinoPasses, differencesAsSums];

/** The same for a graph that stays float32. */
export const arduinoFloatPasses: readonly Pass[] = [productsAsDense];

/** The same for what only scales decide: on int8 graphs, quantized here or read from a file. */
export const arduinoInt8Passes: readonly Pass[] = [symmetricWeights, productsAsDense, denseAsConvolutions];

/** For Chirale's library. */
export const chiraleInt8Passes: readonly Pass[] = [...arduinoInt8Passes, beginVariables];

/** A float32 graph that will be int8, just before calibration: the same function of numbers that int8 serves better. */
export const preparingPasses: readonly Pass[] = [
  asProducts,
  scalesAsDepthwise,
  denseBiases,
  clampBeforeSlice,
  centreLogits,
  withoutNanTests,
];

/** An int8 graph, quantized here or read from a file, to the one that is written. */
export const int8Passes: readonly Pass[] = [
  deadCode,
  symmetricWeights,
  padApart,
  lowerTile,
  dropConstantChannels,
  zeroBiases,
  denseAsRows,
];
