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

/** A kernel counts bytes in 32 bits: of more it asks for what is left of the number, which nobody can know to be right. */
const MOST_BYTES = 2 ** 32 - 1;

function addressable(blocks: readonly number[] | undefined): readonly number[] | undefined {
  return blocks?.every((bytes) => bytes >= 0 && bytes <= MOST_BYTES) ? blocks : undefined;
}

/** With what an ASSIGN_VARIABLE takes for its variable, which no operator knows by itself. */
function variableMemory(
  { name }: OutlineOperator,
  taken: readonly number[] | undefined,
): BlockRule | undefined {
  return name === 'ASSIGN_VARIABLE' ? () => taken : undefined;
}

/** `taken`: what `resourceVariables` says of it. */
export function operatorMemory(
  operator: OutlineOperator,
  subgraph: OutlineSubgraph,
  taken: readonly number[] | undefined,
  { abi, kernels }: BuildProfile,
): OperatorMemory {
  const view = viewOf(operator, subgraph);
  const kernel = Object.hasOwn(kernels, operator.name) ? kernels[operator.name] : undefined;
  const { options, init, prepare, scratch, fetches = allOperands } = kernel ?? NOTHING;
  const blocks = [init, variableMemory(operator, taken) ?? prepare, scratch].map((rule?: BlockRule) =>
    rule === undefined ? [] : addressable(rule(view, abi)),
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
