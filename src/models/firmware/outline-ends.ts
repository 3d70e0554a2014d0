/** Inputs and outputs of any file, in the words of generated sources. */

import { perAxis, perTensor, type QuantParams } from '../../core/quant-params.ts';
import type { ModelOutline, OutlineQuantization, OutlineTensor } from '../../ir/outline.ts';
import type { CArrayFacts, TensorFact } from '../../targets/c-array/c-array-files.ts';

function quantParams({ scales, zeroPoints, axis }: OutlineQuantization): QuantParams {
  return scales.length === 1 ? perTensor(scales[0], zeroPoints[0]) : perAxis(axis, scales);
}

function factOf({ name, dtype, shape, quantization }: OutlineTensor): TensorFact {
  return { name, dtype, shape, ...(quantization === undefined ? {} : { quant: quantParams(quantization) }) };
}

/** Of the first subgraph, which is the model's own. */
export function outlineEnds({ subgraphs: [{ tensors, inputs, outputs }] }: ModelOutline): CArrayFacts {
  return {
    inputs: inputs.map((index) => factOf(tensors[index])),
    outputs: outputs.map((index) => factOf(tensors[index])),
  };
}
