/** Outlines made by hand. */

import type { ModelOutline, OutlineOperator, OutlineSubgraph, OutlineTensor } from '../../src/ir/outline.ts';

export function tensor(bytes: number, storage: OutlineTensor['storage'] = 'activation'): OutlineTensor {
  return { name: '', dtype: 'int8', shape: [1, bytes], bytes, storage };
}

export function operator(
  inputs: readonly (number | undefined)[],
  outputs: readonly number[],
  name = 'RESHAPE',
): OutlineOperator {
  return { name, version: 1, inputs, outputs, intermediates: [] };
}

/** With that many tensors of 16 bytes, or with these. */
export function subgraph(
  tensors: number | readonly OutlineTensor[],
  operators: readonly OutlineOperator[],
  inputs: readonly number[],
  outputs: readonly number[],
): OutlineSubgraph {
  const all = typeof tensors === 'number' ? Array.from({ length: tensors }, () => tensor(16)) : tensors;
  return { tensors: all, operators, inputs, outputs };
}

export function outline(...subgraphs: readonly OutlineSubgraph[]): ModelOutline {
  return { subgraphs };
}
