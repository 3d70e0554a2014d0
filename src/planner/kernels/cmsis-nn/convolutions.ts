/** What the convolutions of TFLM's CMSIS-NN kernels ask of the arena (micro/kernels/cmsis_nn at commit 90b983c2). */

import { elementCount, type Shape } from '../../../core/tensor.ts';
import type { OperatorView, OutlineTensor } from '../../../ir/outline.ts';
import type { KernelMemory } from '../../build-profile.ts';
import {
  convolveS8Bytes,
  convolveS16Bytes,
  type DepthwiseGeometry,
  depthwiseS4Bytes,
  depthwiseS8Bytes,
  reversedFilterBytes,
  transposeConvBytes,
  type Window,
} from './buffers.ts';

const INT32_BYTES = 4;
const INT64_BYTES = 8;

type Image = readonly [batches: number, rows: number, columns: number, channels: number];

/** Multipliers and shifts of the output channels. */
function perChannel(channels: number): readonly number[] {
  return [channels * INT32_BYTES, channels * INT32_BYTES];
}

/** A request is made only where there is something to request. */
function requested(bytes: number): readonly number[] {
  return bytes > 0 ? [bytes] : [];
}

function image(shape: Shape | undefined): Image | undefined {
  const [batches, rows, columns, channels] = shape ?? [];
  if (batches === undefined || rows === undefined || columns === undefined || channels === undefined) {
    return undefined;
  }
  return [batches, rows, columns, channels];
}

interface Slide {
  readonly input: Image;
  readonly weights: Image;
  readonly output: Image;
  readonly filter: Window;
  readonly dilations: Window;
}

/** What CONV_2D and DEPTHWISE_CONV_2D know of their window; undefined where the model does not say it. */
function slideOf({ operator, inputs, outputs }: OperatorView): Slide | undefined {
  const [input, weights, output] = [inputs[0], inputs[1], outputs[0]].map((tensor) => image(tensor?.shape));
  const { window } = operator;
  if (input === undefined || weights === undefined || output === undefined || window === undefined) {
    return undefined;
  }
  return { input, weights, output, filter: [weights[1], weights[2]], dilations: window.dilations };
}

function present(tensors: readonly (OutlineTensor | undefined)[]): readonly OutlineTensor[] {
  return tensors.filter((tensor) => tensor !== undefined);
}

/** Prepare looks at the tensors, then CalculateOpData does it again. */
function fetchedTwice({ inputs, outputs: [output] }: OperatorView): readonly OutlineTensor[] {
  const [input, weights, bias] = inputs;
  return present([input, weights, output, input, weights, bias, output]);
}

/** conv.cc. Its Prepare looks for the bias among the outputs, so a bias never changes what it asks for. */
export const conv2d: KernelMemory = {
  init: () => [60],
  prepare: (view) => {
    const weights = image(view.inputs[1]?.shape);
    if (view.inputs[0]?.dtype === 'float32') return [];
    return weights && perChannel(weights[0]);
  },
  scratch: (view) => {
    const dtype = view.inputs[0]?.dtype;
    if (dtype !== 'int8' && dtype !== 'int16') return [];
    const slide = slideOf(view);
    if (slide === undefined) return undefined;
    const inputChannels = slide.input[3];
    if (dtype === 'int16') return requested(convolveS16Bytes(inputChannels, slide.filter));
    return requested(convolveS8Bytes({ ...slide, inputChannels, filterChannels: slide.weights[3] }));
  },
  fetches: fetchedTwice,
};

/** depthwise_conv.cc. */
export const depthwiseConv2d: KernelMemory = {
  init: () => [60],
  prepare: (view) => {
    const weights = image(view.inputs[1]?.shape);
    if (view.inputs[0]?.dtype === 'float32') return [];
    return weights && perChannel(weights[3]);
  },
  scratch: (view) => {
    if (view.inputs[0]?.dtype !== 'int8') return [];
    const slide = slideOf(view);
    if (slide === undefined) return undefined;
    const geometry: DepthwiseGeometry = {
      ...slide,
      batches: slide.input[0],
      inputChannels: slide.input[3],
      outputChannels: slide.output[3],
    };
    const int4 = view.inputs[1]?.dtype === 'int4';
    return requested(int4 ? depthwiseS4Bytes(geometry) : depthwiseS8Bytes(geometry));
  },
  fetches: fetchedTwice,
};

function transposeScratch(view: OperatorView): readonly number[] | undefined {
  const input = image(view.inputs[2]?.shape);
  const weights = image(view.inputs[1]?.shape);
  const strides = view.operator.window?.strides;
  if (input === undefined || weights === undefined || strides === undefined) return undefined;
  const geometry = {
    inputWidth: input[2],
    inputChannels: input[3],
    outputChannels: weights[0],
    filter: [weights[1], weights[2]],
    strides,
  } as const;
  // The second buffer is requested, and so costs a handle, also where it is empty.
  return [transposeConvBytes(geometry), reversedFilterBytes(geometry)];
}

/** transpose_conv.cc: operands are the output's shape, the filter, the image and a bias. */
export const transposeConv: KernelMemory = {
  init: () => [76],
  prepare: (view) => {
    const weights = image(view.inputs[1]?.shape);
    return weights && perChannel(weights[0]);
  },
  scratch: (view) => {
    const dtype = view.inputs[2]?.dtype;
    if (dtype === 'int8') return transposeScratch(view);
    if (dtype !== 'int16') return [];
    const output = view.outputs[0];
    if (output === undefined) return undefined;
    const bias = view.inputs[3];
    const widened = bias?.dtype === 'int16' ? [elementCount(bias.shape) * INT64_BYTES] : [];
    return [elementCount(output.shape) * INT64_BYTES, ...widened];
  },
  fetches: ({ inputs: [_, weights, input, bias], outputs: [output] }) => {
    const first = [output, input, weights];
    return present(input?.dtype === 'float32' ? first : [...first, input, weights, bias, output]);
  },
};
