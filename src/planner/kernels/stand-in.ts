/** A few kernels of TFLM at commit 90b983c2. */

import type { KernelMemory, KernelTable } from '../build-profile.ts';

const options = (x64: number, arm: number, align: number): NonNullable<KernelMemory['options']> => ({
  arm: { bytes: arm, align: Math.min(4, align) },
  'x86-64': { bytes: x64, align },
});
const sized =
  (x64: number, arm: number): KernelMemory['init'] =>
  (_, abi) => [abi === 'arm' ? arm : x64];
const channels: NonNullable<KernelMemory['prepare']> = ({ outputs: [output] }) => {
  const bytes = 4 * (output.shape.at(-1) ?? 0);
  return [bytes, bytes];
};
const twice: NonNullable<KernelMemory['fetches']> = ({ inputs, outputs: [output] }) => [
  output,
  ...inputs.slice(0, 2).filter((i) => i !== undefined),
  ...inputs.filter((i) => i !== undefined),
  output,
];

export const standIn: KernelTable = {
  FULLY_CONNECTED: {
    options: { arm: { bytes: 5, align: 1 }, 'x86-64': { bytes: 16, align: 4 } },
    init: sized(64, 48)!,
    prepare: ({ inputs }) => {
      const n = inputs[1]?.quantization?.scales.length ?? 0;
      return n > 1 ? [4 * n, 4 * n] : [];
    },
  },
  CONV_2D: { options: options(28, 28, 4), init: sized(72, 56)!, prepare: channels, fetches: twice },
  DEPTHWISE_CONV_2D: { options: options(28, 28, 4), init: sized(72, 56)!, prepare: channels, fetches: twice },
  AVERAGE_POOL_2D: { options: options(40, 40, 4), init: sized(32, 32)! },
  RESHAPE: { options: options(36, 36, 4) },
  SOFTMAX: { options: options(4, 4, 4), init: sized(80, 56)! },
  SVDF: {
    options: options(12, 8, 4),
    init: sized(36, 36)!,
    scratch: ({ inputs: [input, w], outputs: [o] }) => {
      const b = input!.shape[0];
      return [b * w!.shape[0] * 4, b * o.shape[1] * 4];
    },
  },
  QUANTIZE: { init: sized(32, 32)! },
};
