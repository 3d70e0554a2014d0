/** POW, which TFLM lacks, by a constant power for which it has another operator. */

import { sameShape } from '../../../core/tensor.ts';
import type { OpKind } from '../../../ops/index.ts';
import type { OperatorInFile } from '../file-operator.ts';
import { BuiltinOperator } from '../generated/tflite_generated.ts';

const KINDS: ReadonlyMap<number, OpKind> = new Map([
  [2, 'square'],
  [0.5, 'sqrt'],
  [-0.5, 'rsqrt'],
]);

/** The operator that does the same with the first operand alone; undefined where there is none. */
export function powerOf({
  code,
  inputs: [base, power],
  outputs: [output],
}: OperatorInFile): OpKind | undefined {
  if (code.code !== BuiltinOperator.POW || base?.type.dtype !== 'float32') return undefined;
  if (!(power?.data instanceof Float32Array) || !sameShape(base.type.shape, output.type.shape))
    return undefined;
  const [first] = power.data;
  return power.data.every((value) => value === first) ? KINDS.get(first) : undefined;
}
