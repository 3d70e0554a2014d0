/**
 * What the interpreter would refuse of an operator in any file: options and parameters without sense, shapes that its
 * inputs do not make, scales that the kernel does not take. Needs no other operator, and no type that tinyml lacks.
 */

import { TinymlError, unsupportedError, withErrorContext } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import {
  DTYPES,
  type DType,
  elementCount,
  storedBytes,
  type TensorData,
  type TensorType,
} from '../../../core/tensor.ts';
import { checkForm } from '../../../ir/check-form.ts';
import type { OutlineMisfit, OutlineTensor } from '../../../ir/outline.ts';
import type { OpKind } from '../../../ops/index.ts';
import { checkTypes, kernelOf } from '../../../ops/kernel-of.ts';
import { codecOf } from '../codecs.ts';
import { type CodecTensor, fileOperator, operandsOf, refuseCustomOptions } from '../file-operator.ts';
import type { Operator } from '../generated/tflite_generated.ts';
import { elementsOf, quantParams } from '../read-tensors.ts';

/** A tensor with a way to the bytes of the file, for parameters. */
export interface MisfitTensor {
  readonly tensor: OutlineTensor;
  /** Undefined for tensors without data. */
  bytes(): Uint8Array | undefined;
}

function dtypeOf({ dtype }: OutlineTensor): DType | undefined {
  return DTYPES.find((known) => known === dtype);
}

/** Codecs look at shapes, and at the elements of integers; what has another type counts as int8. */
function codecTensor({ tensor, bytes }: MisfitTensor): CodecTensor {
  const type: TensorType = { dtype: dtypeOf(tensor) ?? 'int8', shape: tensor.shape };
  return {
    type,
    get data(): TensorData | undefined {
      const data = tensor.storage === 'constant' ? bytes() : undefined;
      if (data === undefined) return undefined;
      if (data.length !== storedBytes(type)) {
        throw unsupportedError(
          'shape-mismatch',
          `reads ${counted(elementCount(tensor.shape), 'element')} of ${JSON.stringify(tensor.name)}, which has ${counted(data.length, 'byte')}`,
        );
      }
      return elementsOf(type, data);
    },
  };
}

function tensorType(tensor: OutlineTensor, dtype: DType): TensorType {
  const { name, shape, quantization } = tensor;
  if (quantization === undefined) return { dtype, shape };
  const quant = withErrorContext(JSON.stringify(name), () => quantParams(quantization, dtype, shape));
  return { dtype, shape, quant };
}

/** Undefined where one is of a type that tinyml does not know. */
function tensorTypes(
  tensors: readonly (MisfitTensor | undefined)[],
): readonly (TensorType | undefined)[] | undefined {
  const known = tensors.every((tensor) => tensor === undefined || dtypeOf(tensor.tensor) !== undefined);
  if (!known) return undefined;
  return tensors.map((tensor) => tensor && tensorType(tensor.tensor, dtypeOf(tensor.tensor) as DType));
}

/** What is behind a handle stands elsewhere in the file. */
function takesHandle(inputs: readonly (MisfitTensor | undefined)[]): boolean {
  return inputs.some((input) => input?.tensor.dtype === 'resource');
}

function check(
  operator: Operator,
  kind: OpKind,
  inputs: readonly (MisfitTensor | undefined)[],
  outputs: readonly MisfitTensor[],
): void {
  refuseCustomOptions(operator, kind);
  if (takesHandle(inputs)) return;
  const codec = codecOf(kind);
  const [read, made] = [inputs.map((input) => input && codecTensor(input)), outputs.map(codecTensor)];
  const attributes: unknown = codec.read(
    fileOperator({ table: operator, inputs: read, outputs: made, intermediates: [] }, codec),
  );
  const operands = operandsOf(codec, inputs);
  checkForm(
    kind,
    attributes,
    operands.map((operand) => operand?.tensor.shape),
    outputs.map(({ tensor }) => tensor.shape),
  );
  const types = [tensorTypes(operands), tensorTypes(outputs)];
  if (types[0] === undefined || types[1] === undefined) return;
  if (kernelOf(kind, types[0][0]?.dtype) === undefined) return;
  checkTypes(kind, attributes, types[0], types[1] as readonly TensorType[]);
}

/** Types are another matter: TFLM takes more of them. */
const OF_TYPES = 'unsupported-type';

/** Undefined where the operator is one that tinyml computes, or would if it had kernels for its types. */
export function operatorMisfit(
  operator: Operator,
  kind: OpKind,
  inputs: readonly (MisfitTensor | undefined)[],
  outputs: readonly MisfitTensor[],
): OutlineMisfit | undefined {
  try {
    check(operator, kind, inputs, outputs);
    return undefined;
  } catch (error) {
    if (!(error instanceof TinymlError && (error.kind === 'unsupported' || error.kind === 'input')))
      throw error;
    if (error.code === OF_TYPES) return undefined;
    return { code: error.code, reason: error.message.replace(/\.$/, '') };
  }
}
