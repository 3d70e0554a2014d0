/**
 * What the kernels of Arduino_TensorFlowLite 2.4.0-ALPHA (7948b85e) and Chirale_TensorFLowLite 2.0.0 (46da2f98) ask of
 * the arena: older snapshots of TFLM with CMSIS-NN of their time, on a Cortex-M with the DSP extension. Where an operator
 * has no row here, it asks for what the reference kernel of 90b983c2 asks for.
 */

import { elementCount } from '../../core/tensor.ts';
import type { OperatorView } from '../../ir/outline.ts';
import type { BlockRule, KernelMemory, KernelTable } from '../build-profile.ts';
import { cmsisNnKernels } from './cmsis-nn.ts';
import { INT32_BYTES, options, perChannel, struct, unpackedWeights } from './reference/blocks.ts';
import { referenceKernels } from './reference.ts';

const INT16_BYTES = 2;
/** arm_convolve_fast_s16 runs windows of fewer elements, and only it needs a buffer. */
const FAST_INT16_ELEMENTS = 512;

/** Operators that came to TFLM later, and one whose memory nobody has looked at. */
const ABSENT = [
  'BATCH_MATMUL',
  'DYNAMIC_UPDATE_SLICE',
  'EMBEDDING_LOOKUP',
  'REDUCE_ALL',
  'REDUCE_MIN',
  'REVERSE_V2',
  'TFLITE_DETECTION_POSTPROCESS',
  'TFLM_DECODE',
];

interface Slide {
  /** Of the window over all channels of the input. */
  readonly elements: number;
  readonly isDense: boolean;
  /** 1x1 at every position. */
  readonly isPointwise: boolean;
}

/** Undefined where the model does not say it. */
function slideOf({ operator: { window }, inputs: [input, weights] }: OperatorView): Slide | undefined {
  const [rows, columns, channels] = [weights?.shape[1], weights?.shape[2], input?.shape[3]];
  if (window === undefined || rows === undefined || columns === undefined || channels === undefined) {
    return undefined;
  }
  const isDense = window.dilations.every((dilation) => dilation === 1);
  const isPointwise = isDense && [rows, columns, ...window.strides].every((extent) => extent === 1);
  return { elements: rows * columns * channels, isDense, isPointwise };
}

/** Two columns of the image as int16: `arm_convolve_wrapper_s8_get_buffer_size` and its sibling of int16. */
function convolutionBytes({ inputs: [input] }: OperatorView, slide: Slide): number {
  const needed =
    input?.dtype === 'int8' ? !slide.isPointwise : slide.isDense && slide.elements < FAST_INT16_ELEMENTS;
  return needed ? 2 * slide.elements * INT16_BYTES : 0;
}

/** `arm_depthwise_conv_wrapper_s8_get_buffer_size`: depth multiplier 1, batch 1, no dilation. Nothing for int16. */
function depthwiseBytes({ inputs: [input], outputs: [output] }: OperatorView, slide: Slide): number {
  const optimized =
    input?.dtype === 'int8' && slide.isDense && input.shape[0] === 1 && input.shape[3] === output?.shape[3];
  return optimized ? slide.elements * INT16_BYTES : 0;
}

function isQuantized({ inputs: [input] }: OperatorView): boolean {
  return input?.dtype === 'int8' || input?.dtype === 'int16';
}

/** `axis` is that of the output channels in the weights. */
function multipliers(axis: number): BlockRule {
  return (view) => (isQuantized(view) ? perChannel(view.inputs[1]?.shape[axis]) : []);
}

/** Room for unpacked int4 weights, then for the convolution; a request is made where there is something to request. */
function convolutionScratch(bytesOf: (view: OperatorView, slide: Slide) => number): BlockRule {
  return (view, abi) => {
    const unpacked = unpackedWeights(view, abi);
    if (!isQuantized(view)) return unpacked;
    const slide = slideOf(view);
    if (slide === undefined || unpacked === undefined) return undefined;
    const bytes = bytesOf(view, slide);
    return bytes > 0 ? [...unpacked, bytes] : unpacked;
  };
}

const fullyConnected: KernelMemory = {
  options: options(4, 1),
  init: struct(60),
  overwrites: 'all',
  // An int8 output of rank 3 or 4 runs as a 1x1 convolution, which wants its one multiplier for each channel.
  prepare: ({ inputs: [input, weights], outputs: [output] }) => {
    const depth = weights?.shape.at(-1);
    if (input === undefined || depth === undefined || output === undefined) return undefined;
    const isConvolution = input.dtype === 'int8' && output.shape.length > 2 && depth % 4 === 0;
    return isConvolution ? perChannel(output.shape.at(-1)) : [];
  },
  scratch: unpackedWeights,
};

/** int8 keeps the scale and the zero point of each input, and looks at the tensors once more for it. */
const concatenation: KernelMemory = {
  prepare: ({ inputs, outputs: [output] }) =>
    output?.dtype === 'int8' ? [INT32_BYTES * inputs.length, INT32_BYTES * inputs.length] : [],
  fetches: ({ inputs, outputs: [output] }) => {
    const again = output?.dtype === 'int8' ? inputs : [];
    return [inputs[0], output, ...inputs, output, ...again].filter((tensor) => tensor !== undefined);
  },
};

/** Room for the pointers that walk the input comes from the stack here. */
const sums: BlockRule = ({ inputs: [input], outputs: [output] }) => {
  if (input === undefined || output === undefined) return undefined;
  return input.dtype === 'int8' || input.dtype === 'int16' ? [INT32_BYTES * elementCount(output.shape)] : [];
};

const present = Object.fromEntries(
  Object.entries(referenceKernels).filter(([name]) => !ABSENT.includes(name)),
);

export const arduinoKernels: KernelTable = {
  ...present,
  ABS: { ...referenceKernels.ABS, init: struct(20) },
  AVERAGE_POOL_2D: { ...cmsisNnKernels.AVERAGE_POOL_2D },
  CONCATENATION: { ...referenceKernels.CONCATENATION, ...concatenation },
  CONV_2D: {
    ...cmsisNnKernels.CONV_2D,
    options: options(24, 4),
    prepare: multipliers(0),
    scratch: convolutionScratch(convolutionBytes),
  },
  DEPTHWISE_CONV_2D: {
    ...cmsisNnKernels.DEPTHWISE_CONV_2D,
    prepare: multipliers(3),
    scratch: convolutionScratch(depthwiseBytes),
  },
  FULLY_CONNECTED: fullyConnected,
  MAX_POOL_2D: { ...cmsisNnKernels.MAX_POOL_2D },
  MEAN: { ...referenceKernels.MEAN, init: struct(40), scratch: sums },
  REDUCE_MAX: { ...referenceKernels.REDUCE_MAX, init: struct(40) },
  RSQRT: { ...referenceKernels.RSQRT, init: struct(20) },
  SOFTMAX: { ...cmsisNnKernels.SOFTMAX },
  STRIDED_SLICE: { ...referenceKernels.STRIDED_SLICE, options: options(20, 4) },
  SUM: { ...referenceKernels.SUM, init: struct(40), scratch: sums },
};

/**
 * An older pooling.cc, which averages int8 only, and a GATHER_ND that leaves the shape of its output in the model. The
 * memory of its LSTM, another kernel altogether, is not known.
 */
const { UNIDIRECTIONAL_SEQUENCE_LSTM: _, ...withoutLstm } = arduinoKernels;

export const chiraleKernels: KernelTable = {
  ...withoutLstm,
  AVERAGE_POOL_2D: {
    ...arduinoKernels.AVERAGE_POOL_2D,
    scratch: (view, abi) =>
      view.inputs[0]?.dtype === 'int8' ? arduinoKernels.AVERAGE_POOL_2D.scratch?.(view, abi) : [],
  },
  GATHER_ND: { ...arduinoKernels.GATHER_ND, prepare: () => [] },
};
