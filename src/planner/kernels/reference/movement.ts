/** Reference kernels that move elements, and those that run other subgraphs or read variables. */

import type { BlockRule, KernelTable } from '../../build-profile.ts';
import { ENUM_OPTIONS, INT32_BYTES, options, optionsByAbi, outputDimensions, struct } from './blocks.ts';

/** How many elements a step in each dimension passes, in the output and in the input. */
const mirrorPadScratch: BlockRule = ({ inputs: [input] }) => {
  if (input === undefined) return undefined;
  const bytes = INT32_BYTES * input.shape.length;
  return [bytes, bytes];
};

/** A pointer for each output, and behind it what DecodeStateLut keeps. */
const decodeStates: BlockRule = ({ outputs }, abi) => {
  const [pointer, state] = abi === 'arm' ? [4, 36] : [8, 72];
  return [pointer * outputs.length, ...outputs.map(() => state)];
};

const PAD = { init: struct(56) };

export const movementKernels = {
  BATCH_TO_SPACE_ND: {},
  BROADCAST_ARGS: {},
  BROADCAST_TO: {},
  CONCATENATION: { options: options(8, 4), init: struct(24, 40) },
  DEPTH_TO_SPACE: { options: options(4, 4), prepare: outputDimensions },
  DYNAMIC_UPDATE_SLICE: {},
  EXPAND_DIMS: {},
  FILL: {},
  GATHER: { options: options(8, 4), prepare: outputDimensions, overwrites: 'last-parameters' },
  GATHER_ND: { prepare: outputDimensions },
  MIRROR_PAD: { options: ENUM_OPTIONS, init: struct(20), scratch: mirrorPadScratch },
  PACK: { options: options(8, 4) },
  PAD,
  PADV2: PAD,
  // An unknown dimension would be resolved and cost memory, but then the model has no outline.
  RESHAPE: { options: options(36, 4) },
  RESIZE_BILINEAR: { options: options(2, 1) },
  RESIZE_NEAREST_NEIGHBOR: { options: options(2, 1) },
  REVERSE_V2: {},
  SHAPE: { options: ENUM_OPTIONS },
  SLICE: {},
  SPACE_TO_BATCH_ND: { init: struct(4) },
  SPACE_TO_DEPTH: { options: options(4, 4), prepare: outputDimensions },
  SPLIT: { options: options(4, 4) },
  SPLIT_V: { options: options(4, 4) },
  SQUEEZE: { options: options(36, 4) },
  STRIDED_SLICE: { options: options(24, 4), init: struct(84) },
  TFLM_DECODE: { prepare: decodeStates },
  TRANSPOSE: {},
  UNPACK: { options: options(8, 4) },
} satisfies KernelTable;

/** What these run or read is counted where it lies, what variables take for the first that assigns them. */
export const controlKernels = {
  ASSIGN_VARIABLE: {},
  CALL_ONCE: { options: options(4, 4), init: struct(8) },
  IF: { options: options(8, 4), init: struct(8) },
  READ_VARIABLE: {},
  VAR_HANDLE: { options: optionsByAbi({ bytes: 8, align: 4 }, { bytes: 16, align: 8 }), init: struct(4) },
  WHILE: { options: options(8, 4), init: struct(8) },
} satisfies KernelTable;
