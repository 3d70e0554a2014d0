/**
 * BATCH_MATMUL by one constant matrix as FULLY_CONNECTED: the same products in the same order. The Arduino libraries lack
 * BATCH_MATMUL, TFLM's keeps a second, transposed copy of the matrix in the arena, and as weights the matrix gets a
 * symmetric scale of its own, or one for each unit.
 */

import { elementCount } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

/** [columns, depth], row by row, of a matrix that lies as [depth, columns]. */
function transposed(data: Float32Array, columns: number): Float32Array {
  const depth = data.length / columns;
  return data.map((_, at) => data[(at % depth) * columns + Math.floor(at / depth)]);
}

function asDense(rewrite: Rewrite, node: NodeOf<'batch_matmul'>): boolean {
  const [input, factor] = node.inputs as readonly [ValueId, ValueId];
  const data = rewrite.floats(factor);
  const { name, type } = rewrite.value(factor);
  const { adjX, adjY } = node.attributes;
  const [rows, columns] = type.shape.slice(-2);
  const output = rewrite.type(node.outputs[0]).shape;
  const isOneMatrix = data !== undefined && elementCount(type.shape.slice(0, -2)) === 1;
  // With more axes the matrix would add one to the output.
  if (!isOneMatrix || adjX || output.length !== rewrite.type(input).shape.length) return false;
  const shape = adjY ? [rows, columns] : [columns, rows];
  const weights = rewrite.constant(
    name,
    { dtype: 'float32', shape },
    adjY ? data : transposed(data, columns),
  );
  const attributes = { activation: 'none', keepNumDims: output.length > 2 } as const;
  rewrite.replace(node, nodeOf('fully_connected', node.name, attributes, [input, weights], node.outputs));
  return true;
}

export const matmulAsDense: Pass = {
  name: 'matmul-as-dense',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => node.kind === 'batch_matmul' && asDense(rewrite, node)),
};
