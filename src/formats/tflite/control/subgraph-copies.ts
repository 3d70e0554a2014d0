/** Subgraphs that IF and WHILE run, to be put in their place as often as they run. */

import { withErrorContext } from '../../../core/errors.ts';
import type { ValueId } from '../../../ir/graph.ts';
import { type Allowance, boundedNumbers } from '../../allowance.ts';
import { optionsOf } from '../file-operator.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  IfOptions,
  type Model,
  type Operator,
  WhileOptions,
} from '../generated/tflite_generated.ts';
import { type CodeInFile, type KnownOperator, readKinds } from '../read-operators.ts';
import { corrupt, type FileTensor, readTensors } from '../read-tensors.ts';

/** What stands for a subgraph: its operators, and tensors that nothing else has; indices are those in the file. */
export interface SubgraphCopy {
  readonly operators: readonly KnownOperator[];
  readonly tensors: readonly FileTensor[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export interface ControlFlow {
  /** The ids of its tensors are counted from `firstId` on. */
  copy(index: number, firstId: ValueId): SubgraphCopy;
}

/** Whether operators of the code run other subgraphs, once or more often. */
export function isControl(code: BuiltinOperator): boolean {
  return code === BuiltinOperator.IF || code === BuiltinOperator.WHILE;
}

/** The subgraphs of an IF where its condition holds and where it does not. */
export function branchesOf(operator: Operator): readonly [number, number] {
  const options = optionsOf(operator, BuiltinOptions.IfOptions, new IfOptions());
  return [options.thenSubgraphIndex(), options.elseSubgraphIndex()];
}

/** The subgraph that decides whether a WHILE goes on, and the one that is its step. */
export function loopOf(operator: Operator): readonly [number, number] {
  const options = optionsOf(operator, BuiltinOptions.WhileOptions, new WhileOptions());
  return [options.condSubgraphIndex(), options.bodySubgraphIndex()];
}

export function controlFlow(
  model: Model,
  codes: readonly CodeInFile[],
  allowance: Allowance,
  widens: boolean,
): ControlFlow {
  const read = new Map<number, SubgraphCopy>();
  const readOnce = (index: number): SubgraphCopy => {
    const subgraph = index === 0 ? null : model.subgraphs(index);
    if (subgraph === null) throw corrupt(`runs subgraph ${index} of ${model.subgraphsLength()}`);
    return withErrorContext(`subgraph ${index}`, () => ({
      operators: readKinds(subgraph, codes),
      tensors: readTensors(model, subgraph, allowance, widens).tensors,
      inputs: boundedNumbers(subgraph.inputsLength(), (at) => subgraph.inputs(at), allowance),
      outputs: boundedNumbers(subgraph.outputsLength(), (at) => subgraph.outputs(at), allowance),
    }));
  };
  return {
    copy(index, firstId) {
      const original = read.get(index) ?? readOnce(index);
      read.set(index, original);
      allowance.spendEntries(original.tensors.length + original.operators.length);
      return {
        ...original,
        tensors: original.tensors.map((tensor, at) => ({ ...tensor, id: firstId + at })),
      };
    },
  };
}
