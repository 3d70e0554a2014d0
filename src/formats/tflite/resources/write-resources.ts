/** Resource variables as a file has them: a name behind a handle, and a subgraph that assigns what they hold at first. */

import type { TensorData, TensorType } from '../../../core/tensor.ts';
import { type Graph, getValue, statesOf, type ValueId } from '../../../ir/graph.ts';
import type { FlatBuilder, Ref } from '../flat-builder.ts';
import { BuiltinOperator, BuiltinOptions, TensorType as FileType } from '../generated/tflite_generated.ts';

/** A state that is no variable tensor, under a name that no other one has. */
export interface Resource {
  readonly id: ValueId;
  readonly name: string;
  readonly type: TensorType;
  readonly initial: TensorData | undefined;
}

/** In the order of their first use. */
export function resourcesOf(graph: Graph): readonly Resource[] {
  const nodes = graph.nodes.filter(({ kind }) => kind === 'read_variable' || kind === 'assign_variable');
  const names = new Set<string>();
  return [...new Set(nodes.flatMap(statesOf))].map((id) => {
    const { name: own, type, state } = getValue(graph, id);
    const name = names.has(own) ? `${own} ${id}` : own;
    names.add(name);
    return { id, name, type, initial: state?.initial };
  });
}

/** What the writer of a file lends. */
export interface ResourceSurroundings {
  readonly file: FlatBuilder;
  /** Of operators that are not nodes of the graph too. */
  codeIndex(code: BuiltinOperator): number;
  constantTensor(type: TensorType, data: TensorData): Ref;
}

export function handleTensor(file: FlatBuilder): Ref {
  return file.table('Tensor', { shape: file.scalars('int32', []), type: FileType.RESOURCE });
}

function varHandle({ file, codeIndex }: ResourceSurroundings, { name }: Resource, tensor: number): Ref {
  return file.table('Operator', {
    opcode_index: codeIndex(BuiltinOperator.VAR_HANDLE),
    inputs: file.scalars('int32', []),
    outputs: file.scalars('int32', [tensor]),
    builtin_options_type: BuiltinOptions.VarHandleOptions,
    builtin_options: file.table('VarHandleOptions', {
      container: file.string(''),
      shared_name: file.string(name),
    }),
  });
}

/** The operators that come first: what is assigned once, and the handles. `tensorOf` tells the tensor of a handle. */
export function handleOperators(
  surroundings: ResourceSurroundings,
  resources: readonly Resource[],
  tensorOf: (id: ValueId) => number,
): readonly Ref[] {
  const { file, codeIndex } = surroundings;
  const handles = resources.map((resource) => varHandle(surroundings, resource, tensorOf(resource.id)));
  if (!resources.some(({ initial }) => initial !== undefined)) return handles;
  const callOnce = file.table('Operator', {
    opcode_index: codeIndex(BuiltinOperator.CALL_ONCE),
    inputs: file.scalars('int32', []),
    outputs: file.scalars('int32', []),
    builtin_options_type: BuiltinOptions.CallOnceOptions,
    builtin_options: file.table('CallOnceOptions', { init_subgraph_index: 1 }),
  });
  return [callOnce, ...handles];
}

/** The subgraph that CALL_ONCE runs, and how many tensors it has; undefined where nothing is to be assigned. */
export function initializer(
  surroundings: ResourceSurroundings,
  resources: readonly Resource[],
): { readonly subgraph: Ref; readonly tensorCount: number } | undefined {
  const { file, codeIndex, constantTensor } = surroundings;
  const tensors: Ref[] = [];
  const operators: Ref[] = [];
  for (const resource of resources) {
    if (resource.initial === undefined) continue;
    const handle = tensors.push(handleTensor(file)) - 1;
    const value = tensors.push(constantTensor(resource.type, resource.initial)) - 1;
    operators.push(varHandle(surroundings, resource, handle));
    operators.push(
      file.table('Operator', {
        opcode_index: codeIndex(BuiltinOperator.ASSIGN_VARIABLE),
        inputs: file.scalars('int32', [handle, value]),
        outputs: file.scalars('int32', []),
      }),
    );
  }
  if (operators.length === 0) return undefined;
  const subgraph = file.table('SubGraph', {
    tensors: file.tables(tensors),
    inputs: file.scalars('int32', []),
    outputs: file.scalars('int32', []),
    operators: file.tables(operators),
  });
  return { subgraph, tensorCount: tensors.length };
}

/** Operators of a file that no node of the graph is. */
export function resourceCodes(resources: readonly Resource[]): readonly BuiltinOperator[] {
  if (resources.length === 0) return [];
  return [BuiltinOperator.VAR_HANDLE, BuiltinOperator.CALL_ONCE, BuiltinOperator.ASSIGN_VARIABLE].filter(
    (code) => code === BuiltinOperator.VAR_HANDLE || resources.some(({ initial }) => initial !== undefined),
  );
}
