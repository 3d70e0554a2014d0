/**
 * Bytes of working memory that CMSIS-NN (commit 4ab83cc3) asks for on cores with the DSP extension and without MVE:
 * Cortex-M4, M7 and M33. The figures are those of its `arm_*_get_buffer_size` functions compiled with gcc; the build
 * with Arm's own compiler asks for more in 1x1 convolutions. Zero means that no buffer is requested.
 *
 * Those functions look at the padding too, which decides nothing: SAME puts at most half of a window's reach before the
 * image, so 0 of 1x1 and at most 1 of 3x3 without dilation.
 */

const INT16_BYTES = 2;
const INT32_BYTES = 4;

/** [rows, columns] of a window. */
export type Window = readonly [number, number];

export interface ConvolutionGeometry {
  readonly inputChannels: number;
  /** Less than `inputChannels` in a grouped convolution. */
  readonly filterChannels: number;
  readonly filter: Window;
  readonly dilations: Window;
}

export interface DepthwiseGeometry {
  readonly batches: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly filter: Window;
  readonly dilations: Window;
}

export interface TransposeConvGeometry {
  readonly inputWidth: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly filter: Window;
  readonly strides: Window;
}

/** Above this many input channels a transposed convolution runs as a convolution with the filter reversed. */
const REVERSED_ABOVE_CHANNELS = 16;

/**
 * `arm_convolve_wrapper_s8_get_buffer_size`; TFLM asks it for int4 weights too. Two columns of the image widened to
 * int16, each rounded up to 4 elements. Without MVE a 1xN convolution has no size of its own, and a 1x1 convolution
 * needs nothing at any stride.
 */
export function convolveS8Bytes(geometry: ConvolutionGeometry): number {
  return isPointwise(geometry) ? 0 : imageColumnsBytes(geometry.inputChannels, geometry.filter);
}

/** `arm_convolve_wrapper_s16_get_buffer_size`: two columns, not rounded, also of a 1x1 convolution. */
export function convolveS16Bytes(inputChannels: number, filter: Window): number {
  return 2 * inputChannels * filter[0] * filter[1] * INT16_BYTES;
}

/** `arm_depthwise_conv_wrapper_s8_get_buffer_size`: 3x3 windows have a kernel that needs nothing. */
export function depthwiseS8Bytes(geometry: DepthwiseGeometry): number {
  const [rows, columns] = geometry.filter;
  return rows === 3 && columns === 3 ? 0 : depthwiseS4Bytes(geometry);
}

/** `arm_depthwise_conv_wrapper_s4_get_buffer_size`: of depth multiplier 1, batch 1 and no dilation. */
export function depthwiseS4Bytes(geometry: DepthwiseGeometry): number {
  const { batches, inputChannels, outputChannels, filter, dilations } = geometry;
  const optimized =
    inputChannels === outputChannels && batches === 1 && dilations[0] === 1 && dilations[1] === 1;
  return optimized ? inputChannels * filter[0] * filter[1] * INT16_BYTES : 0;
}

/** `arm_transpose_conv_s8_get_buffer_size`. */
export function transposeConvBytes(geometry: TransposeConvGeometry): number {
  const { inputWidth, inputChannels, outputChannels, filter, strides } = geometry;
  if (isReversed(geometry)) return imageColumnsBytes(inputChannels, filter);
  // The vertical stride stands in both places: what the function computes, though a width is meant in the first.
  const columns = (inputWidth - 1) * strides[1] + Math.max(filter[1], strides[0]);
  return columns * outputChannels * Math.max(filter[0], strides[0]) * INT32_BYTES;
}

/** `arm_transpose_conv_s8_get_reverse_conv_buffer_size`: the reversed filter. */
export function reversedFilterBytes(geometry: TransposeConvGeometry): number {
  const { inputChannels, outputChannels, filter } = geometry;
  return isReversed(geometry) ? inputChannels * filter[0] * filter[1] * outputChannels : 0;
}

/** `arm_avgpool_s8_get_buffer_size` and `arm_avgpool_s16_get_buffer_size`: one sum per channel. */
export function averagePoolBytes(channels: number): number {
  return channels * INT32_BYTES;
}

function imageColumnsBytes(inputChannels: number, filter: Window): number {
  const column = inputChannels * filter[0] * filter[1];
  return 2 * Math.ceil(column / 4) * 4 * INT16_BYTES;
}

function isPointwise(geometry: ConvolutionGeometry): boolean {
  const { filter, dilations, inputChannels, filterChannels } = geometry;
  return [...filter, ...dilations].every((extent) => extent === 1) && inputChannels === filterChannels;
}

function isReversed(geometry: TransposeConvGeometry): boolean {
  const { strides, inputChannels } = geometry;
  return strides[0] <= 2 && strides[1] <= 2 && inputChannels > REVERSED_ABOVE_CHANNELS;
}
