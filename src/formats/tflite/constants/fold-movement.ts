/** Operators that move integers, where these are known: computed by the kernel that moves any elements. */

import { attempt } from '../../../core/errors.ts';
import { elementCount, type Shape, type TensorData, type TensorType } from '../../../core/tensor.ts';
import { checkArity } from '../../../ir/check-form.ts';
import { type AttributesOf, type OpKind, opOf } from '../../../ops/index.ts';
import { computeOnce } from '../../../ops/kernel-of.ts';
import { isInteger, MAX_FOLDED } from '../../lowering/known-integers.ts';
import { MOVING_KINDS } from '../../lowering/moving-kinds.ts';

export interface KnownOperand {
  readonly type: TensorType;
  readonly data?: TensorData;
}

/** An output with its elements. */
export interface FoldedTensor {
  readonly shape: Shape;
  readonly data: TensorData;
}

export function moves(kind: OpKind): boolean {
  return MOVING_KINDS.has(kind);
}

/** The outputs; undefined where an operand is not known or not of integers. `read` gives the attributes, or throws. */
export function foldMovement(
  kind: OpKind,
  operands: readonly KnownOperand[],
  outputs: readonly TensorType[],
  read: () => AttributesOf<OpKind>,
): readonly FoldedTensor[] | undefined {
  const known = operands.flatMap(({ type, data }) => (isInteger(type) && data !== undefined ? [data] : []));
  if (!MOVING_KINDS.has(kind) || known.length !== operands.length) return undefined;
  const folded = attempt(() => {
    checkArity(kind, operands);
    const attributes = read();
    const op = opOf(kind);
    if (!op.attributes.safeParse(attributes).success) return undefined;
    const types = operands.map(({ type }) => type);
    const shapes = op.infer(
      attributes,
      types.map(({ shape }) => shape),
    );
    const size = shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
    const { float32: kernel } = op.kernels;
    const isSound = shapes.flat().every((dimension) => Number.isInteger(dimension) && dimension > 0);
    if (kernel === undefined || shapes.length !== outputs.length || !isSound || size > MAX_FOLDED) {
      return undefined;
    }
    const results = shapes.map((shape) => ({ dtype: types[0].dtype, shape }));
    return computeOnce(kernel, attributes, types, results, known).map((data, index) => ({
      shape: shapes[index],
      data,
    }));
  });
  return 'value' in folded ? folded.value : undefined;
}
