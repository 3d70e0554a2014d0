/** A product together with its bias and activation, as optimizers of graphs write it. */

import type { Operand } from '../../lowering/graph-writer.ts';
import { refuseAttribute, type TensorFlowNode } from '../node.ts';

export function addBias(node: TensorFlowNode, part: string, input: Operand, bias: Operand): Operand {
  return node.add('add', part, { activation: 'none' }, [input, bias]);
}

function activated(node: TensorFlowNode, part: string, name: string, input: Operand): Operand {
  switch (name) {
    case 'Relu':
      return node.add('relu', part, {}, [input]);
    case 'Relu6':
      return node.add('relu6', part, {}, [input]);
    case 'Elu':
      return node.add('elu', part, {}, [input]);
    case 'LeakyRelu':
      return node.add('leaky_relu', part, { alpha: node.float('leakyrelu_alpha', 0.2) }, [input]);
    case 'Prelu':
      return node.add('prelu', part, {}, [input, node.input(3)]);
    case 'Sigmoid':
      return node.add('logistic', part, {}, [input]);
    case 'Tanh':
      return node.add('tanh', part, {}, [input]);
    default:
      throw refuseAttribute('fused_ops', `names ${name}`);
  }
}

/** `product` is given the name of its last node and the bias, if there is one. */
export function fused(
  node: TensorFlowNode,
  part: string,
  product: (part: string, bias: Operand | undefined) => Operand,
): Operand {
  const [first, ...others] = node.texts('fused_ops');
  const names = first === 'BiasAdd' ? others : [first, ...others].filter((name) => name !== undefined);
  if (names.length > 1) throw refuseAttribute('fused_ops', `are ${node.texts('fused_ops').join(', ')}`);
  const [name] = names;
  const computed = product(
    name === undefined ? part : 'product',
    first === 'BiasAdd' ? node.input(2) : undefined,
  );
  return name === undefined ? computed : activated(node, part, name, computed);
}
