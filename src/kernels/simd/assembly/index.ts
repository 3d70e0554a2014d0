export { addRowProducts, gemm, usePanel } from './gemm';
export { clear, copyRows, movePixels, moveRuns } from './copies';
export {
  activate,
  activateBackward,
  add,
  addRow,
  multiply,
  scale,
  softmax,
  softmaxBackward,
  sumOfSquares,
  sumRows,
  transpose,
} from './elementwise';
export {
  averagePool,
  averagePoolBackward,
  columnsToImage,
  imageToColumns,
  maxPool,
  scatterAdd,
} from './windows';
export { convolve, convolveBackwardKernel } from './convolve/convolve';
export { convolveBackwardImage } from './convolve/spread';
export { depthwise, depthwiseBackwardImage, depthwiseBackwardWeights } from './depthwise/index';
export { batchNormBackward, batchNormSums, scaleShift } from './batch-norm';
export { moments, sumColumns, sumSquares } from './moments';
export { cholesky } from './rounding/cholesky';
export { roundLanes } from './rounding/lanes';
export { gru, gruBackward, lstm, lstmBackward, swapRows } from './recurrent';
export { adam, momentum, rmsprop, sgd } from './optimizers';
export { addInt8 } from './int8/add';
export { convInt8 } from './int8/conv';
export { depthwiseInt8, repeatInt8 } from './int8/depthwise';
export { depthwise3x3Int8 } from './int8/depthwise-3x3';
export { lookupInt8, lookupPairsInt8 } from './int8/lookup';
export { lstmInt8 } from './int8/lstm';
export { mulInt8 } from './int8/mul';
export { extremumInt8 } from './int8/pairs';
export { rowInt8 } from './int8/row';
export { svdfInt8 } from './int8/svdf';
export { convInt16 } from './int16-conv';
export { depthwiseInt16, repeatInt16 } from './int16-depthwise';
export { convFloat } from './float/conv';
export { depthwiseFloat, repeatFloat } from './float/depthwise';
export { packColumnsFloat, packColumnsInt8 } from './factors';
export { hardSwishFloat, sigmoidFloat, tanhFloat } from './float/functions';
export { pairsFloat } from './float/pairs';
export { tallyFloat } from './tally';
export { averagePoolFloat, averagePoolInt8, maxPoolFloat, maxPoolInt8 } from './pool';
export { decode, encode, largestMagnitudes, markOutside, roundSums, roundToScale, roundWeights, scaleSlope, stopGradients } from './quantized-training';
