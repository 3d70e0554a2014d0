/** What lowers one operation of a foreign model: it appends nodes to the graph that is being made. */

import type { DType, Shape } from '../../core/tensor.ts';
import type { AttributesOf, OpKind } from '../../ops/index.ts';

/**
 * `Tensor` is how an importer holds what it has lowered. Nodes are named after the operation and, where it takes several,
 * the part that each computes.
 */
export interface NodeWriter<Tensor> {
  /** `dtype` where it is neither that of the operator nor that of operand 0. */
  add<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (Tensor | undefined)[],
    dtype?: DType,
  ): Tensor;
  /** All outputs of an operator that has several. */
  addMany<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (Tensor | undefined)[],
  ): readonly Tensor[];
  /** In float32, row-major. */
  constant(part: string, shape: Shape, data: Float32Array): Tensor;
  /** Float32, living from one inference to the next. */
  state(part: string, shape: Shape): Tensor;
  shapeOf(tensor: Tensor): Shape;
}
