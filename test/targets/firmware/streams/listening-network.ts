/** A small random network for readings that are prepared to so many values: dense, then softmax or sigmoid, in int8. */

import { perTensor } from '../../../../src/core/quant-params.ts';
import type { Random } from '../../../../src/core/random.ts';
import type { TensorType } from '../../../../src/core/tensor.ts';
import { nodeOf } from '../../../../src/ir/builder.ts';
import { checkGraph } from '../../../../src/ir/check-graph.ts';
import type { Graph, Value } from '../../../../src/ir/graph.ts';

export const CLASS_STEPS = perTensor(1 / 256, -128);

export function listeningNetwork(
  length: number,
  classes: number,
  random: Random,
  takes: 'int8' | 'float32' = 'int8',
): Graph {
  const values = new Map<number, Value>();
  const define = (name: string, type: TensorType, data?: Value['data']): number => {
    const id = values.size;
    values.set(id, { id, name, type, ...(data === undefined ? {} : { data }) });
    return id;
  };
  const scale = Math.fround(0.01 + random.below(100) / 5000);
  const steps: TensorType = { dtype: 'int8', shape: [1, length], quant: perTensor(0.05, 4) };
  const input = define('input', takes === 'int8' ? steps : { dtype: 'float32', shape: steps.shape });
  const first = takes === 'int8' ? input : define('steps', steps);
  const weights = define(
    'weights',
    { dtype: 'int8', shape: [classes, length], quant: perTensor(scale, 0) },
    Int8Array.from({ length: classes * length }, () => random.below(255) - 127),
  );
  const bias = define(
    'bias',
    {
      dtype: 'int32',
      shape: [classes],
      quant: perTensor(scale * Math.fround(0.05), 0),
    },
    Int32Array.from({ length: classes }, () => random.below(2000) - 1000),
  );
  // The wider the sums, the more of them are told apart.
  const logits = define('logits', {
    dtype: 'int8',
    shape: [1, classes],
    quant: perTensor(0.02 * Math.sqrt(length), 0),
  });
  const output = define('output', { dtype: 'int8', shape: [1, classes], quant: CLASS_STEPS });
  const dense = nodeOf(
    'fully_connected',
    'dense',
    { activation: 'none', keepNumDims: true },
    [first, weights, bias],
    [logits],
  );
  const end =
    classes === 1
      ? nodeOf('logistic', 'end', {}, [logits], [output])
      : nodeOf('softmax', 'end', { beta: 1 }, [logits], [output]);
  const graph = {
    values,
    nodes: [...(first === input ? [] : [nodeOf('quantize', 'quantize', {}, [input], [first])]), dense, end],
    inputs: [input],
    outputs: [output],
  };
  checkGraph(graph);
  return graph;
}
