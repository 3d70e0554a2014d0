/**
 * What a conversion mends in a file that no chip runs as it is: weights that are stored smaller than they are computed
 * with become float32, and declared shapes those that the inputs make.
 */

import type { Shape } from '../../../core/tensor.ts';
import type { AttributesOf, OpKind } from '../../../ops/index.ts';
import type { FoldedTensor } from '../constants/fold-movement.ts';
import type { OperatorInFile } from '../file-operator.ts';
import type { FileTensor } from '../read-tensors.ts';
import { decoded } from './decoded.ts';
import { mendOutputs, mendReshape } from './mend-shapes.ts';
import { powerOf } from './powers.ts';
import { floatsOf, isHybridOperand } from './restore-floats.ts';

/** Adds a tensor to those of the file. */
export type MakeTensor = (tensor: Omit<FileTensor, 'id'>) => FileTensor;

export class Mending {
  /** Constants as float32, by the tensor that holds them smaller. */
  readonly #restored = new Map<number, FileTensor>();
  /** The batch is known, so shapes can be repaired. */
  readonly #repairsShapes: boolean;

  constructor(repairsShapes: boolean) {
    this.#repairsShapes = repairsShapes;
  }

  /** What DEQUANTIZE or TFLM_DECODE makes of constants is constant. */
  fold(operator: OperatorInFile): readonly FoldedTensor[] | undefined {
    const {
      code,
      inputs: [input],
    } = operator;
    if (code.kind === 'tflm_decode') return decoded(operator);
    const data = code.kind === 'dequantize' && input !== undefined ? floatsOf(input) : undefined;
    return data === undefined || input === undefined ? undefined : [{ shape: input.type.shape, data }];
  }

  /** An operator that TFLM lacks as one that does the same. */
  replaced(operator: OperatorInFile): readonly [OperatorInFile, OpKind] | undefined {
    const kind = powerOf(operator);
    return kind && [{ ...operator, inputs: operator.inputs.slice(0, 1) }, kind];
  }

  /** The operator with operands that its kernel takes, before its attributes are read. */
  operands(operator: OperatorInFile, kind: OpKind, make: MakeTensor): OperatorInFile {
    const inputs = operator.inputs.map((input) =>
      input !== undefined && isHybridOperand(operator, input) ? this.#asFloat(input, make) : input,
    );
    if (kind !== 'reshape' || !this.#repairsShapes || inputs[0] === undefined) return { ...operator, inputs };
    const [output, ...others] = operator.outputs;
    return {
      ...operator,
      inputs,
      outputs: [mendReshape(output, inputs[0].type.shape, inputs[1]), ...others],
    };
  }

  #asFloat(tensor: FileTensor, make: MakeTensor): FileTensor {
    const known = this.#restored.get(tensor.id);
    if (known !== undefined) return known;
    const data = floatsOf(tensor);
    if (data === undefined) return tensor;
    const { name, named, type } = tensor;
    const made = make({ name, named, type: { dtype: 'float32', shape: type.shape }, data });
    this.#restored.set(tensor.id, made);
    return made;
  }

  /** The outputs in the shapes that the operands make. */
  outputs(
    kind: OpKind,
    attributes: AttributesOf<OpKind>,
    operands: readonly (FileTensor | undefined)[],
    outputs: readonly FileTensor[],
  ): readonly FileTensor[] {
    const shapes = operands.map((operand): Shape | undefined => operand?.type.shape);
    return this.#repairsShapes ? mendOutputs(kind, attributes, shapes, outputs) : outputs;
  }
}
