/** The weights of a file that codes them, as conversions take them: constants like any others. */

import { checkForm } from '../../../ir/check-form.ts';
import { checkTypes, computeOnce, kernelOf } from '../../../ops/kernel-of.ts';
import { codecOf } from '../codecs.ts';
import type { FoldedTensor } from '../constants/fold-movement.ts';
import { fileOperator, type OperatorInFile } from '../file-operator.ts';

const KIND = 'tflm_decode';

/** What a TFLM_DECODE makes; undefined where an operand is not known. Throws what the codec and the operator refuse. */
export function decoded(operator: OperatorInFile): readonly FoldedTensor[] | undefined {
  const data = operator.inputs.map((input) => input?.data);
  const kernel = kernelOf(KIND, operator.inputs[0]?.type.dtype);
  if (kernel === undefined || data.includes(undefined)) return undefined;
  const attributes: unknown = codecOf(KIND).read(fileOperator(operator, codecOf(KIND)));
  const types = operator.inputs.map((input) => input?.type);
  const results = operator.outputs.map(({ type }) => type);
  const shapes = results.map(({ shape }) => shape);
  checkForm(
    KIND,
    attributes,
    types.map((type) => type?.shape),
    shapes,
  );
  checkTypes(KIND, attributes, types, results);
  const made = computeOnce(kernel, attributes, types, results, data);
  return made.map((elements, at) => ({ shape: shapes[at], data: elements }));
}
