/** Multiply-accumulates of an operator in any file, from its shapes alone. */

import { elementCount, type Shape } from '../../core/tensor.ts';
import type { OperatorView } from '../../ir/outline.ts';
import { OP_KINDS, opOf, type WeightedKind } from '../../ops/index.ts';

interface Shapes {
  readonly inputs: readonly (Shape | undefined)[];
  readonly outputs: readonly Shape[];
  readonly adjoint: readonly [boolean, boolean];
}

/** Of the weights, which the count is made from; nobody has checked the shapes of a file. */
const WEIGHTS_RANK: Readonly<Record<Uppercase<WeightedKind>, number>> = {
  CONV_2D: 4,
  DEPTHWISE_CONV_2D: 4,
  FULLY_CONNECTED: 2,
  TRANSPOSE_CONV: 4,
};

type MacsRule = (shapes: Shapes) => number | undefined;

const batchMatMul: MacsRule = ({ inputs: [left], outputs: [output], adjoint }) => {
  const depth = left?.at(adjoint[0] ? -2 : -1);
  return depth === undefined ? undefined : elementCount(output) * depth;
};

/** The weights of the features are [filters, inputs], those of time [filters, steps remembered]. */
const svdf: MacsRule = ({ inputs: [input, feature, time] }) =>
  input === undefined || feature === undefined || time === undefined
    ? undefined
    : input[0] * (elementCount(feature) + elementCount(time));

/** Each step: four gates with a matrix for the input and one for the last output, then three products a unit. */
const lstm: MacsRule = ({ inputs: [input, ...operands] }) => {
  const matrices = operands.slice(0, 8);
  if (input?.length !== 3 || matrices.length < 8) return undefined;
  const elements = matrices.map((shape) => (shape === undefined ? Number.NaN : elementCount(shape)));
  const units = matrices[0]?.[0] ?? Number.NaN;
  return input[0] * input[1] * (elements.reduce((sum, count) => sum + count) + 3 * units);
};

/** The file has the output's shape in front of the weights and the input. */
const transposeConv: MacsRule = ({ inputs: [, weights, input], outputs }) =>
  weights?.length !== WEIGHTS_RANK.TRANSPOSE_CONV || input === undefined
    ? undefined
    : opOf('transpose_conv').macs([input, weights], outputs);

/** Operators that tinyml does not compute, or whose operands stand elsewhere in the file. */
const RULES: Readonly<Record<string, MacsRule>> = {
  BATCH_MATMUL: batchMatMul,
  SVDF: svdf,
  TRANSPOSE_CONV: transposeConv,
  UNIDIRECTIONAL_SEQUENCE_LSTM: lstm,
};

function ruleOf(name: string): MacsRule | undefined {
  if (Object.hasOwn(RULES, name)) return RULES[name];
  const kind = OP_KINDS.find((known) => known.toUpperCase() === name);
  if (kind === undefined) return undefined;
  const rank = (WEIGHTS_RANK as Readonly<Record<string, number>>)[name];
  return ({ inputs, outputs }) =>
    rank === undefined || inputs[1]?.length === rank ? opOf(kind).macs(inputs, outputs) : undefined;
}

/** They move the elements of variables, or say where these are. CALL_ONCE runs other operators, which count for themselves. */
const OF_VARIABLES: readonly string[] = ['ASSIGN_VARIABLE', 'CALL_ONCE', 'READ_VARIABLE', 'VAR_HANDLE'];

/** `undefined` where it is not known: custom operators, those without a rule, and shapes that do not belong together. */
export function outlineMacs({ operator, inputs, outputs }: OperatorView): number | undefined {
  if (OF_VARIABLES.includes(operator.name)) return 0;
  if (outputs.length === 0 || [...inputs, ...outputs].some((tensor) => tensor?.unsized !== undefined))
    return undefined;
  const macs = ruleOf(operator.name)?.({
    inputs: inputs.map((tensor) => tensor?.shape),
    outputs: outputs.map(({ shape }) => shape),
    adjoint: operator.adjoint ?? [false, false],
  });
  return macs !== undefined && Number.isSafeInteger(macs) && macs >= 0 ? macs : undefined;
}
