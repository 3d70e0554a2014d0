/**
 * DIV by a constant, SQUARE and NEG as MUL, which TFLM computes in int8: the others would stay in float32. In float32 a quotient
 * by a constant may differ from the product in its last bit.
 */

import type { Shape } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { FusedActivation } from '../../ops/fused-activation.ts';
import type { Pass } from '../pass.ts';

function replace(rewrite: Rewrite, node: Node, factor: ValueId, activation: FusedActivation): true {
  const inputs = [node.inputs[0], factor];
  rewrite.replace(node, nodeOf('mul', node.name, { activation }, inputs, node.outputs));
  return true;
}

function minusOne(rewrite: Rewrite, name: string, shape: Shape): ValueId {
  const type = { dtype: 'float32', shape: shape.length === 0 ? [] : [1] } as const;
  return rewrite.constant(`${name}/factor`, type, Float32Array.of(-1));
}

function asProduct(rewrite: Rewrite, node: Node): boolean {
  const [input, divisor] = node.inputs as readonly ValueId[];
  if (rewrite.type(input).dtype !== 'float32') return false;
  switch (node.kind) {
    case 'square':
      return replace(rewrite, node, input, 'none');
    case 'neg':
      return replace(rewrite, node, minusOne(rewrite, node.name, rewrite.type(input).shape), 'none');
    case 'div': {
      const inverse = rewrite.floats(divisor)?.map((value) => 1 / value);
      if (inverse === undefined || !inverse.every(Number.isFinite)) return false;
      const { name, type } = rewrite.value(divisor);
      return replace(rewrite, node, rewrite.constant(name, type, inverse), node.attributes.activation);
    }
    default:
      return false;
  }
}

/** For float32 graphs that will be int8. */
export const asProducts: Pass = {
  name: 'as-products',
  run: (graph) => rewriteNodes(graph, asProduct),
};
