/** Float tensors in the memory of the WebAssembly backend. */

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

/** What TensorFlow.js calls a kernel with. */
export type KernelCall = Parameters<KernelFunc>[0];

/** A new tensor and the elements of it and of `inputs`; valid until memory is allocated again. */
export function openHeap(
  backend: KernelCall['backend'],
  outputShape: readonly number[],
  inputs: readonly TensorInfo[],
): { output: TensorInfo; outputData: Float32Array; inputData: Float32Array[] } {
  const wasm = backend as BackendWasm;
  // First: it may move the memory.
  const output = wasm.makeOutput([...outputShape], 'float32');
  const elements = (tensor: TensorInfo): Float32Array => wasm.typedArrayFromHeap(tensor) as Float32Array;
  return { output, outputData: elements(output), inputData: inputs.map(elements) };
}
