/** Functions of one element, and of two that broadcast. */

import type { Apply } from '../../lowering/functions.ts';
import { hardSigmoid, softplus } from '../../lowering/functions.ts';
import type { LowerOnnx, OnnxOperators } from '../node.ts';

function applied(apply: Apply): LowerOnnx {
  return (node) => apply(node, '', node.input(0));
}

function binary(kind: 'add' | 'sub' | 'mul'): LowerOnnx {
  return (node) => node.add(kind, '', { activation: 'none' }, [node.input(0), node.input(1)]);
}

export const ELEMENTWISE: OnnxOperators = {
  Add: binary('add'),
  HardSigmoid: (node) => hardSigmoid(node.float('alpha', 0.2))(node, '', node.input(0)),
  Identity: (node) => node.input(0),
  Mul: binary('mul'),
  Relu: (node) => node.add('relu', '', {}, [node.input(0)]),
  Softplus: applied(softplus),
  Sub: binary('sub'),
};
