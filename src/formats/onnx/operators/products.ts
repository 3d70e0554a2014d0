/** Products of matrices. */

import type { LowerOnnx, OnnxOperators } from '../node.ts';
import { refuseAttribute } from '../node.ts';

const gemm: LowerOnnx = (node) => {
  if (node.float('alpha', 1) !== 1 || node.float('beta', 1) !== 1) throw refuseAttribute('alpha', 'is not 1');
  if (node.integer('transA', 0) !== 0) throw refuseAttribute('transA', 'is not 0');
  const given = node.input(1);
  const weights = node.integer('transB', 0) === 1 ? given : node.transpose('weights', given, [1, 0]);
  const options = { activation: 'none', keepNumDims: false } as const;
  return node.add('fully_connected', '', options, [node.input(0), weights, node.inputs[2]]);
};

export const PRODUCTS: OnnxOperators = { Gemm: gemm };
