/** What an operator of a file makes, where that is known before the model runs. */

import { allocate, type DType, type TensorData } from '../../../core/tensor.ts';
import type { AttributesOf, OpKind } from '../../../ops/index.ts';
import { MAX_FOLDED, type Numbers } from '../../lowering/known-integers.ts';
import { codecOf } from '../codecs.ts';
import { fileOperator, type OperatorInFile, operandsOf, optionsOf } from '../file-operator.ts';
import type { FileTensor } from '../read-tensors.ts';
import { foldIntegers } from './fold-integers.ts';
import { type FoldedTensor, foldMovement } from './fold-movement.ts';

function toData(dtype: DType, values: readonly number[]): TensorData {
  if (dtype === 'int64') return BigInt64Array.from(values, BigInt);
  const data = allocate(dtype, values.length) as Int32Array;
  data.set(values);
  return data;
}

function numbersOf(tensor: FileTensor | undefined): Numbers | undefined {
  if (tensor?.data === undefined || tensor.data.length > MAX_FOLDED) return undefined;
  return { shape: tensor.type.shape, values: Array.from(tensor.data, Number) };
}

function calculated({ table, code, inputs, outputs }: OperatorInFile): readonly FoldedTensor[] | undefined {
  const folded = foldIntegers(code.code, {
    options: (type, accessor) => optionsOf(table, type, accessor),
    inputs: inputs.map((input) => input?.type),
    outputs: outputs.map(({ type }) => type),
    numbers: (position) => numbersOf(inputs[position]),
  });
  return folded && [{ shape: folded.shape, data: toData(outputs[0].type.dtype, folded.values) }];
}

function moved(operator: OperatorInFile, kind: OpKind): readonly FoldedTensor[] | undefined {
  const codec = codecOf(kind);
  const operands = operandsOf(codec, operator.inputs);
  if (operands.includes(undefined)) return undefined;
  return foldMovement(
    kind,
    operands as readonly FileTensor[],
    operator.outputs.map(({ type }) => type),
    () => codec.read(fileOperator(operator, codec)) as AttributesOf<OpKind>,
  );
}

/** All outputs with their elements, where each of them is known. */
export function foldOperator(operator: OperatorInFile): readonly FoldedTensor[] | undefined {
  const { kind } = operator.code;
  return calculated(operator) ?? (kind === undefined ? undefined : moved(operator, kind));
}
