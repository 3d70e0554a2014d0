/**
 * Resource variables of a file as states of the graph. VAR_HANDLE says which there are, CALL_ONCE what they hold at first:
 * it runs a subgraph at the first inference, which assigns constants. Neither is a node of the graph.
 */

import { Encoding } from 'flatbuffers';
import { unsupportedError, withErrorContext } from '../../../core/errors.ts';
import { sameShape, type TensorData, type TensorType } from '../../../core/tensor.ts';
import type { OpKind } from '../../../ops/index.ts';
import { type Allowance, boundedText } from '../../allowance.ts';
import { isControl } from '../control/subgraph-copies.ts';
import { optionsOf } from '../file-operator.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  CallOnceOptions,
  type Model,
  type Operator,
  VarHandleOptions,
} from '../generated/tflite_generated.ts';
import { type CodeInFile, type KnownOperator, OF_RESOURCES, readKinds } from '../read-operators.ts';
import { corrupt, type FileTensor, readTensors } from '../read-tensors.ts';

/** The main subgraph without what only says of variables that they are. */
export interface WithStates {
  readonly operators: readonly KnownOperator[];
  /** Handles of variables are these variables, under the index of the first. */
  readonly tensors: readonly FileTensor[];
}

/** The file beside its main subgraph. */
export interface ResourceSurroundings {
  readonly model: Model;
  readonly codes: readonly CodeInFile[];
  readonly allowance: Allowance;
  /** Constants of float16 are read as float32. */
  readonly widens: boolean;
}

/** What names a variable, and by which tensors it is named. */
interface Handles {
  readonly nameOf: ReadonlyMap<number, string>;
}

function isCode(code: BuiltinOperator): (operator: KnownOperator) => boolean {
  return (operator) => operator.code.code === code;
}

/** TFLM takes a missing container for any; only one is known here. */
function handlesOf(operators: readonly KnownOperator[], allowance: Allowance): Handles {
  const nameOf = new Map<number, string>();
  const containerOf = new Map<string, string>();
  for (const { operator } of operators.filter(isCode(BuiltinOperator.VAR_HANDLE))) {
    if (operator.inputsLength() !== 0 || operator.outputsLength() !== 1) {
      throw unsupportedError('operand-count', 'VAR_HANDLE has inputs, or not one output');
    }
    const options = optionsOf(operator, BuiltinOptions.VarHandleOptions, new VarHandleOptions());
    const name = boundedText(options.sharedName(Encoding.UTF8_BYTES), allowance);
    const container = boundedText(options.container(Encoding.UTF8_BYTES), allowance);
    if ((containerOf.get(name) ?? container) !== container) {
      throw unsupportedError('resource-names', `has two variables "${name}" in different containers`);
    }
    containerOf.set(name, container);
    nameOf.set(operator.outputs(0) ?? -1, name);
  }
  return { nameOf };
}

/** The variable and the tensor of an ASSIGN_VARIABLE or READ_VARIABLE; undefined where it has other operands. */
function variableOf({ operator }: KnownOperator, { nameOf }: Handles): string | undefined {
  return nameOf.get(operator.inputs(0) ?? -1);
}

/** Which subgraphs run once, in their order; all there are besides the main one and those of control flow. */
function initializers({ model, codes }: ResourceSurroundings, operators: readonly KnownOperator[]): number[] {
  const calls = operators.filter(isCode(BuiltinOperator.CALL_ONCE)).map(({ operator }) => {
    const options = optionsOf(operator, BuiltinOptions.CallOnceOptions, new CallOnceOptions());
    return options.initSubgraphIndex();
  });
  const count = model.subgraphsLength();
  const outside = calls.find((index) => index < 1 || index >= count);
  if (outside !== undefined) throw corrupt(`CALL_ONCE runs subgraph ${outside} of ${count}`);
  const others = codes.some(({ code }) => isControl(code)) ? 0 : count - 1;
  if (calls.length < others || new Set(calls).size !== calls.length) {
    throw unsupportedError(
      'several-subgraphs',
      `The model has ${count} subgraphs; tinyml reads models without control flow.`,
    );
  }
  return calls;
}

/** What one subgraph assigns, in its order. */
function assignedBy(
  index: number,
  { model, codes, allowance, widens }: ResourceSurroundings,
): Map<string, FileTensor> {
  const subgraph = model.subgraphs(index);
  if (subgraph === null) throw corrupt(`subgraph ${index} is missing`);
  const operators = readKinds(subgraph, codes);
  const { tensors } = readTensors(model, subgraph, allowance, widens);
  const handles = handlesOf(operators, allowance);
  const assigned = new Map<string, FileTensor>();
  for (const one of operators) {
    if (one.code.code === BuiltinOperator.VAR_HANDLE) continue;
    const name = one.code.kind === 'assign_variable' ? variableOf(one, handles) : undefined;
    const value = tensors[one.operator.inputs(1) ?? -1];
    if (name === undefined || value?.data === undefined) {
      throw unsupportedError(
        'computed-initialization',
        `${one.code.name} is in the subgraph that initializes variables, where tinyml reads assignments of constants`,
      );
    }
    assigned.set(name, value);
  }
  return assigned;
}

/** TFLM gives a variable the size and the zero point of what the first ASSIGN_VARIABLE assigns. */
function typesOf(
  operators: readonly KnownOperator[],
  tensors: readonly FileTensor[],
  handles: Handles,
  initial: ReadonlyMap<string, FileTensor>,
): ReadonlyMap<string, TensorType> {
  const types = new Map<string, TensorType>();
  const note = (kind: OpKind, tensorOf: (operator: Operator) => number | null): void => {
    for (const one of operators.filter(({ code }) => code.kind === kind)) {
      const [name, value] = [variableOf(one, handles), tensors[tensorOf(one.operator) ?? -1]];
      if (name !== undefined && value !== undefined && !types.has(name)) types.set(name, value.type);
    }
  };
  note('assign_variable', (operator) => operator.inputs(1));
  for (const [name, { type }] of initial) if (!types.has(name)) types.set(name, type);
  note('read_variable', (operator) => operator.outputs(0));
  return types;
}

function initialElements(
  name: string,
  type: TensorType,
  initial: FileTensor | undefined,
): { initial?: TensorData } {
  if (initial?.data === undefined) return {};
  if (initial.type.dtype === type.dtype && sameShape(initial.type.shape, type.shape))
    return { initial: initial.data };
  throw unsupportedError(
    'shape-mismatch',
    `initializes the variable "${name}" with a tensor of another type`,
  );
}

/** TFLM runs CALL_ONCE where it stands: what came before would see other values at the first inference. */
function requireInitializedFirst(operators: readonly KnownOperator[]): void {
  const last = operators.findLastIndex(isCode(BuiltinOperator.CALL_ONCE));
  const early = operators
    .slice(0, Math.max(0, last))
    .find(({ code: { kind } }) => kind === 'read_variable' || kind === 'assign_variable');
  if (early === undefined) return;
  throw unsupportedError(
    'late-initialization',
    'CALL_ONCE stands behind operators that read or assign variables',
  );
}

/** Throws `unsupported` errors for subgraphs that do more than assign constants once. */
export function readResources(
  operators: readonly KnownOperator[],
  tensors: readonly FileTensor[],
  surroundings: ResourceSurroundings,
): WithStates {
  const assigned = new Map<string, FileTensor>();
  for (const index of initializers(surroundings, operators)) {
    const found = withErrorContext(`subgraph ${index}`, () => assignedBy(index, surroundings));
    for (const [name, value] of found) assigned.set(name, value);
  }
  requireInitializedFirst(operators);
  const handles = handlesOf(operators, surroundings.allowance);
  const types = typesOf(operators, tensors, handles, assigned);
  const states = new Map<string, FileTensor>();
  const resolved = [...tensors];
  for (const [index, name] of handles.nameOf) {
    const type = types.get(name);
    if (type === undefined || tensors[index]?.isHandle !== true) continue;
    const { id, named, name: ownName } = tensors[index];
    const state = states.get(name) ?? {
      id,
      name: name === '' ? ownName : name,
      named,
      type,
      state: initialElements(name, type, assigned.get(name)),
    };
    states.set(name, state);
    resolved[index] = state;
  }
  return { operators: operators.filter(({ code }) => !OF_RESOURCES.includes(code.code)), tensors: resolved };
}
