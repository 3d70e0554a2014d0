/** Reference kernels with state: SVDF and LSTM. Their states are variables of the model, which the plan counts itself. */

import type { BlockRule, KernelTable } from '../../build-profile.ts';
import { INT32_BYTES, options, optionsByAbi, struct } from './blocks.ts';

/** What the features give, and for integers also the sums of the outputs. */
const svdfScratch: BlockRule = ({ inputs: [input, features], outputs: [output] }) => {
  const [batches, filters, units] = [input?.shape[0], features?.shape[0], output?.shape[1]];
  if (batches === undefined || filters === undefined || units === undefined) return undefined;
  const filtered = batches * filters * INT32_BYTES;
  return input?.dtype === 'int8' ? [filtered, batches * units * INT32_BYTES] : [filtered];
};

const LSTM_CELL_STATE = 19;
const LSTM_BUFFERS = 4;

/** Each buffer is as large as the cell state, which is [batches, units]. */
const lstmScratch: BlockRule = ({ inputs }) => {
  const cellState = inputs[LSTM_CELL_STATE];
  return cellState === undefined ? undefined : new Array<number>(LSTM_BUFFERS).fill(cellState.bytes);
};

export const recurrentKernels = {
  SVDF: {
    options: optionsByAbi({ bytes: 8, align: 4 }, { bytes: 12, align: 4 }),
    init: struct(36),
    scratch: svdfScratch,
  },
  UNIDIRECTIONAL_SEQUENCE_LSTM: { options: options(16, 4), init: struct(688), scratch: lstmScratch },
} satisfies KernelTable;
