/** SavedModels for tests: a graph that calls a function with variables, and the checkpoint beside it. */

import { inputError } from '../../../src/core/errors.ts';
import type { LoadBeside } from '../../../src/formats/importer.ts';
import { type Fields, writeMessage } from '../protobuf/write-message.ts';
import { graphBytes, type TestFunction, type TestNode, texts } from './graph-file.ts';
import { type CheckpointOptions, checkpointFiles } from './string-table-file.ts';

export interface TestVariable {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface TestSavedModel {
  /** Variables are given to calls in it by their names. */
  readonly nodes: readonly TestNode[];
  readonly functions?: readonly TestFunction[];
  readonly variables: readonly TestVariable[];
  /** Tensors of the graph by the names that the signature has for them. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Who says which value is whose: the function of the graph that restores them, or the objects that were saved. */
export type KeysBy = 'restoring' | 'objects';

const RESTORE = 'restore';

function keyOf({ name }: TestVariable): string {
  return `layers/${name}/.ATTRIBUTES/VARIABLE_VALUE`;
}

function handles(variables: readonly TestVariable[]): readonly TestNode[] {
  return variables.map(({ name }) => ({ name, operator: 'VarHandleOp' }));
}

function restoring(variables: readonly TestVariable[]): TestFunction {
  const keys = variables.map(keyOf);
  return {
    name: RESTORE,
    inputs: ['prefix', ...variables.map((_, index) => `variable_${index}`)],
    nodes: [
      texts('names', keys),
      texts(
        'slices',
        keys.map(() => ''),
      ),
      { name: 'read', operator: 'RestoreV2', inputs: ['prefix', 'names:output:0', 'slices:output:0'] },
      ...variables.flatMap((_, index) => [
        { name: `value_${index}`, operator: 'Identity', inputs: [`read:tensors:${index}`] },
        {
          name: `assign_${index}`,
          operator: 'AssignVariableOp',
          inputs: [`variable_${index}`, `value_${index}:output:0`],
        },
      ]),
    ],
    results: { done: 'prefix' },
  };
}

type Children = Readonly<Record<string, number>>;

function objectFields(children: Children): Fields {
  return Object.entries(children).map(([name, id]) => [
    1,
    writeMessage([
      [1, id],
      [2, name],
    ]),
  ]);
}

/** `SavedObjectGraph`: the root has `layers`, which has the variables, in their order. */
function savedObjects({ variables, functions = [] }: TestSavedModel): Uint8Array {
  const ids = variables.map((_, index) => index + 2);
  const captures = writeMessage([[2, ids]]);
  return writeMessage([
    [1, writeMessage(objectFields({ layers: 1 }))],
    [1, writeMessage(objectFields(Object.fromEntries(variables.map(({ name }, at) => [name, ids[at]]))))],
    ...variables.map(({ name }) => [1, writeMessage([[7, writeMessage([[6, name]])]])] as const),
    ...functions.map(
      ({ name }) =>
        [
          2,
          writeMessage([
            [1, name],
            [2, captures],
          ]),
        ] as const,
    ),
  ]);
}

/** `TrackableObjectGraph`: the same, with other numbers, and one object that leads back to the root. */
function storedObjects(variables: readonly TestVariable[]): Uint8Array {
  const ids = new Map(variables.map((variable, index) => [variable, variables.length - index]));
  const layers = variables.length + 1;
  const children = Object.fromEntries(variables.map((variable) => [variable.name, ids.get(variable) ?? 0]));
  return writeMessage([
    [1, writeMessage(objectFields({ layers }))],
    ...variables.toReversed().map((variable) => {
      const value = writeMessage([
        [1, 'VARIABLE_VALUE'],
        [3, keyOf(variable)],
      ]);
      return [1, writeMessage([[2, value]])] as const;
    }),
    [1, writeMessage(objectFields({ ...children, root: 0 }))],
  ]);
}

function ends(number: 1 | 2, tensors: Readonly<Record<string, string>>): Fields {
  return Object.entries(tensors).map(([name, tensor]) => [
    number,
    writeMessage([
      [1, name],
      [2, writeMessage([[1, tensor]])],
    ]),
  ]);
}

/** Files by their paths in the folder. */
export function savedModelFiles(
  model: TestSavedModel,
  keysBy: KeysBy,
  checkpoint: CheckpointOptions = {},
): ReadonlyMap<string, Uint8Array> {
  const { nodes, functions = [], variables } = model;
  const restores = keysBy === 'restoring';
  const saver: readonly TestNode[] = [
    { name: 'prefix', operator: 'Placeholder', attributes: { dtype: { type: 7 } } },
    {
      name: 'restored',
      operator: 'StatefulPartitionedCall',
      inputs: ['prefix', ...variables.map(({ name }) => name)],
      attributes: { f: { function: RESTORE } },
    },
  ];
  const graph = graphBytes(
    [...handles(variables), ...nodes, ...(restores ? saver : [])],
    [...functions, ...(restores ? [restoring(variables)] : [])],
  );
  const signature = writeMessage([...ends(1, model.inputs), ...ends(2, model.outputs)]);
  const meta = writeMessage([
    [1, writeMessage([[4, 'serve']])],
    [2, graph],
    [
      5,
      writeMessage([
        [1, 'serving_default'],
        [2, signature],
      ]),
    ],
    ...(restores ? [] : [[7, savedObjects(model)] as const]),
  ]);
  const saved = writeMessage([
    [1, 1],
    [2, meta],
  ]);
  const { index, data } = checkpointFiles(
    [
      ...variables.map((variable) => ({ key: keyOf(variable), ...variable })),
      ...(restores
        ? []
        : [{ key: '_CHECKPOINTABLE_OBJECT_GRAPH', shape: [], text: storedObjects(variables) }]),
    ],
    checkpoint,
  );
  return new Map([
    ['saved_model.pb', saved],
    ['variables/variables.index', index],
    ['variables/variables.data-00000-of-00001', data],
  ]);
}

/** Reads files of a folder that is none. */
export function loadFrom(files: ReadonlyMap<string, Uint8Array>): LoadBeside {
  return (path) => {
    const file = files.get(path);
    if (file === undefined) throw inputError('no-file', `There is no ${path}.`);
    return file;
  };
}
