/** What the operators of a model ask of the arena, by the kernels of a build. */

import type { OperatorView, OutlineOperator, OutlineSubgraph, OutlineTensor } from '../ir/outline.ts';
import type { BlockRule, BuildProfile, KernelMemory, StructLayout } from './build-profile.ts';

export interface OperatorMemory {
  /** As people know it: `CONV_2D`, or the name of a custom operator. */
  readonly name: string;
  /** False where a kernel or a rule is missing: then the blocks are not all. */
  readonly known: boolean;
  readonly options: StructLayout | undefined;
  readonly init: readonly number[];
  readonly prepare: readonly number[];
  readonly scratch: readonly number[];
  readonly fetches: readonly OutlineTensor[];
  readonly overwrites: KernelMemory['overwrites'];
}

function viewOf(operator: OutlineOperator, { tensors }: OutlineSubgraph): OperatorView {
  return {
    operator,
    inputs: operator.inputs.map((index) => (index === undefined ? undefined : tensors[index])),
    outputs: operator.outputs.map((index) => tensors[index]),
  };
}

function allOperands({ inputs, outputs }: OperatorView): OutlineTensor[] {
  return [...inputs.filter((input) => input !== undefined), ...outputs];
}

const NOTHING: KernelMemory = {};

export function operatorMemory(
  operator: OutlineOperator,
  subgraph: OutlineSubgraph,
  { abi, kernels }: BuildProfile,
): OperatorMemory {
  const view = viewOf(operator, subgraph);
  const kernel = Object.hasOwn(kernels, operator.name) ? kernels[operator.name] : undefined;
  const { options, init, prepare, scratch, fetches = allOperands } = kernel ?? NOTHING;
  const blocks = [init, prepare, scratch].map((rule?: BlockRule) =>
    rule === undefined ? [] : rule(view, abi),
  );
  return {
    name: operator.customName === undefined ? operator.name : `custom operator "${operator.customName}"`,
    known: kernel !== undefined && !blocks.includes(undefined),
    options: options?.[abi],
    init: blocks[0] ?? [],
    prepare: blocks[1] ?? [],
    scratch: blocks[2] ?? [],
    fetches: fetches(view),
    overwrites: kernel?.overwrites,
  };
}
