/** Elements as another type. float16 and double are float32 here, int64 is int32. */

import { unsupportedError } from '../../../core/errors.ts';
import type { DType } from '../../../core/tensor.ts';
import { isKnown, knownNumbers, type Operand } from '../../lowering/graph-writer.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';
import { dtypeOf, saturated } from '../tensor.ts';
import { knownOf } from './constants.ts';

/** What TFLM's CAST makes. */
const CAST_TYPES: ReadonlySet<DType> = new Set<DType>(['float32', 'int8', 'int16', 'int32']);

/** Towards zero; what is wider than int32 is what it stands for there. */
function converted(value: number, dtype: DType): number {
  if (dtype === 'bool') return Number(value !== 0);
  if (dtype === 'float32') return value;
  return dtype === 'int32' ? saturated(Math.trunc(value)) : Math.trunc(value);
}

function castTo(node: OnnxNode, operand: Operand, dtype: DType): Operand {
  const { type } = operand;
  if (type.dtype === dtype) return operand;
  if (isKnown(operand)) {
    const values = knownNumbers(operand, 'input').map((value) => converted(value, dtype));
    return knownOf(node, dtype, type.shape, values);
  }
  if (dtype === 'bool') {
    return node.add('not_equal', '', {}, [operand, knownOf(node, type.dtype, [1], [0])]);
  }
  if (CAST_TYPES.has(dtype)) return node.add('cast', '', {}, [operand], dtype);
  throw unsupportedError(
    'unsupported-type',
    `it makes ${dtype} of computed numbers, which TensorFlow Lite Micro does not.`,
  );
}

const cast: LowerOnnx = (node) => castTo(node, node.input(0), dtypeOf(node.integer('to')));

export const CASTS: OnnxOperators = {
  Cast: cast,
  CastLike: (node) => castTo(node, node.input(0), node.input(1).type.dtype),
};
