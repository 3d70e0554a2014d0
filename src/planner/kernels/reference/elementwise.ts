/** Reference kernels that compute each element by itself: arithmetic, activations, comparisons, conversions. */

import type { BlockRule, KernelTable } from '../../build-profile.ts';
import { ENUM_OPTIONS, ENUM_PAIR_OPTIONS, options, struct } from './blocks.ts';

/** ADD_N for int8. */
const addNData: BlockRule = ({ outputs: [output] }) => (output?.dtype === 'int8' ? [40] : []);

/** A pointer to each input. */
const addNPointers: BlockRule = ({ inputs }, abi) => [(abi === 'arm' ? 4 : 8) * inputs.length];

const COMPARISON = { init: struct(32) };

export const elementwiseKernels = {
  ABS: { init: struct(28) },
  ADD: { options: ENUM_PAIR_OPTIONS, init: struct(60) },
  ADD_N: { prepare: addNData, scratch: addNPointers },
  CAST: { options: ENUM_PAIR_OPTIONS },
  CEIL: {},
  COS: {},
  DEQUANTIZE: { init: struct(32) },
  DIV: { options: ENUM_OPTIONS, init: struct(28) },
  // The table of all 256 results, which floats do not use.
  ELU: { init: struct(256) },
  EQUAL: COMPARISON,
  EXP: {},
  FLOOR: {},
  FLOOR_DIV: {},
  FLOOR_MOD: {},
  GREATER: COMPARISON,
  GREATER_EQUAL: COMPARISON,
  HARD_SWISH: { init: struct(20) },
  LEAKY_RELU: { options: options(4, 4), init: struct(24) },
  LESS: COMPARISON,
  LESS_EQUAL: COMPARISON,
  LOG: {},
  LOGICAL_AND: {},
  LOGICAL_NOT: {},
  LOGICAL_OR: {},
  LOGISTIC: { init: struct(16) },
  MAXIMUM: {},
  MINIMUM: {},
  MUL: { options: ENUM_OPTIONS, init: struct(36) },
  NEG: {},
  NOT_EQUAL: COMPARISON,
  PRELU: { init: struct(28) },
  QUANTIZE: { init: struct(32) },
  RELU: { init: struct(28) },
  RELU6: { init: struct(8) },
  ROUND: {},
  RSQRT: { init: struct(28) },
  SELECT_V2: { init: struct(1) },
  SIN: {},
  SQRT: {},
  SQUARE: {},
  SQUARED_DIFFERENCE: { init: struct(112) },
  SUB: { options: ENUM_PAIR_OPTIONS, init: struct(52) },
  TANH: { init: struct(16) },
  ZEROS_LIKE: {},
} satisfies KernelTable;
