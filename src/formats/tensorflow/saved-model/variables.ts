/** Values of variables: the checkpoint beside a SavedModel, and which of its keys each variable is restored from. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import type { LoadBeside } from '../../importer.ts';
import type { Known } from '../../lowering/graph-writer.ts';
import { readMessage } from '../../protobuf/message.ts';
import type { FunctionProto, GraphProto, NodeProto } from '../messages.ts';
import { isControl, nodeOf, referenceOf } from '../references.ts';
import { tensorFromBytes } from '../tensor.ts';
import { maskedChecksum } from './checksum.ts';
import { BUNDLE_ENTRY, BUNDLE_HEADER } from './messages.ts';
import { readStringTable } from './string-table.ts';

const FOLDER = 'variables/variables';

function damaged(why: string): Error {
  return inputError('corrupt-variables', `The variables are damaged: ${why}.`, 'Save the model again.');
}

/** Tensors of the checkpoint by their keys; files are loaded when they are needed. */
export class Checkpoint {
  readonly #load: LoadBeside;
  readonly #table: ReadonlyMap<string, Uint8Array>;
  readonly #shards: number;
  readonly #loaded = new Map<number, Uint8Array>();

  constructor(load: LoadBeside) {
    this.#load = load;
    this.#table = readStringTable(load(`${FOLDER}.index`));
    const header = this.#table.get('');
    if (header === undefined) throw damaged('their index has no header');
    const { shards, endianness } = readMessage(header, BUNDLE_HEADER);
    if (endianness !== 0)
      throw unsupportedError('big-endian', 'The variables were saved by a big-endian machine.');
    this.#shards = shards;
  }

  tensor(key: string, name: string): Known {
    const entry = this.#table.get(key);
    if (entry === undefined) throw damaged(`there is no "${key}", of which "${name}" is restored`);
    const { dataType, shape, shard, offset, size, checksum, slices } = readMessage(entry, BUNDLE_ENTRY);
    if (slices.length > 0) {
      throw unsupportedError(
        'partitioned-variable',
        `variable "${name}" is stored in parts.`,
        'Save the model without partitioned variables.',
      );
    }
    const file = this.#shard(shard);
    if (offset < 0 || size < 0 || offset + size > file.length)
      throw damaged(`"${key}" lies outside of its file`);
    const content = file.subarray(offset, offset + size);
    if (maskedChecksum(content) !== checksum) throw damaged(`"${key}" has another checksum`);
    const sizes = (shape?.dimensions ?? []).map((dimension) => dimension.size);
    return tensorFromBytes(name, dataType, sizes, content);
  }

  #shard(index: number): Uint8Array {
    if (!(index >= 0 && index < this.#shards && this.#shards < 100_000))
      throw damaged(`there is no part ${index}`);
    const digits = (number: number) => String(number).padStart(5, '0');
    const loaded =
      this.#loaded.get(index) ?? this.#load(`${FOLDER}.data-${digits(index)}-of-${digits(this.#shards)}`);
    this.#loaded.set(index, loaded);
    return loaded;
  }
}

const MAX_DEPTH = 8;

/** Keys of the checkpoint by the nodes of variables, as the graph restores them: assignments of what RestoreV2 reads. */
export function restoredKeys(graph: GraphProto): ReadonlyMap<string, string> {
  const functions = new Map((graph.library?.functions ?? []).map((one) => [one.signature?.name ?? '', one]));
  const keys = new Map<string, string>();
  collect(graph.nodes, (name) => name, functions, keys, 0);
  return keys;
}

/** `variableOf` gives the node of the graph that a name stands for here: itself, or what a function was given for it. */
function collect(
  nodes: readonly NodeProto[],
  variableOf: (name: string) => string | undefined,
  functions: ReadonlyMap<string, FunctionProto>,
  keys: Map<string, string>,
  depth: number,
): void {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  for (const node of nodes) {
    const inputs = node.inputs.filter((text) => !isControl(text));
    if (/^Assign(VariableOp)?$/.test(node.operator) && inputs.length === 2) {
      const [variable, key] = [variableOf(nodeOf(inputs[0])), restoredKey(byName, inputs[1])];
      if (variable !== undefined && key !== undefined) keys.set(variable, key);
    }
    const callee = node.attributes.find(({ key }) => key === 'f')?.value?.function?.name;
    const called = callee === undefined ? undefined : functions.get(callee);
    // Other functions compute, and are many: only those are entered that could restore.
    if (called?.signature === undefined || depth === MAX_DEPTH || !restores(called)) continue;
    const names = called.signature.inputs.map(({ name }) => name);
    const given = new Map(names.map((name, index) => [name, variableOf(nodeOf(inputs[index] ?? ''))]));
    collect(called.nodes, (name) => given.get(name), functions, keys, depth + 1);
  }
}

function restores({ nodes }: FunctionProto): boolean {
  return nodes.some(({ operator }) => operator === 'RestoreV2');
}

/** The key of an output of RestoreV2, through nodes that hand it on. */
function restoredKey(nodes: ReadonlyMap<string, NodeProto>, text: string): string | undefined {
  let { node: name, output } = referenceOf(text, () => undefined);
  for (let steps = 0; steps < MAX_DEPTH; steps++) {
    const node = nodes.get(name);
    if (node?.operator === 'RestoreV2') {
      const names = nodes.get(nodeOf(node.inputs[1] ?? ''));
      const value = names?.attributes.find(({ key }) => key === 'value')?.value?.tensor;
      const key = value?.stringValues[output];
      return key && new TextDecoder().decode(key);
    }
    if (node?.operator !== 'Identity') return undefined;
    ({ node: name, output } = referenceOf(node.inputs[0] ?? '', () => undefined));
  }
  return undefined;
}
