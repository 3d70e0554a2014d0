/** Where a graph begins and ends: placeholders, and what nobody reads. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { Shape, TensorType } from '../../core/tensor.ts';
import { requireRank } from '../lowering/given-shapes.ts';
import type { AttributeProto, NodeProto } from './messages.ts';
import { isControl, nodeOf } from './references.ts';
import { dtypeOf } from './tensor.ts';

/** A tensor of the graph, and how it is called outside of it. */
export interface End {
  readonly name: string;
  /** `node` or `node:1`. */
  readonly tensor: string;
}

const PLACEHOLDERS: ReadonlySet<string> = new Set(['Placeholder', 'PlaceholderV2']);

/** What people call a tensor: of most nodes there is only one. */
export function endOf(text: string): End {
  return { name: text.replace(/:0$/, ''), tensor: text };
}

/** Nodes that the tensors are computed from; a node that the file lacks is told of when it is read. */
function ancestors(nodes: ReadonlyMap<string, NodeProto>, tensors: readonly string[]): ReadonlySet<string> {
  const found = new Set(tensors.map(nodeOf));
  for (const name of found) {
    for (const text of nodes.get(name)?.inputs ?? []) if (!isControl(text)) found.add(nodeOf(text));
  }
  return found;
}

/** Placeholders that the outputs need, in the order of the file. */
export function placeholders(nodes: ReadonlyMap<string, NodeProto>, outputs: readonly End[]): readonly End[] {
  const needed = ancestors(
    nodes,
    outputs.map(({ tensor }) => tensor),
  );
  return [...nodes.values()]
    .filter(({ name, operator }) => PLACEHOLDERS.has(operator) && needed.has(name))
    .map(({ name }) => ({ name, tensor: name }));
}

/** Nodes that are computed from placeholders. */
function descendants(nodes: ReadonlyMap<string, NodeProto>): ReadonlySet<string> {
  const readers = new Map<string, string[]>();
  for (const { name, inputs } of nodes.values()) {
    for (const text of inputs.filter((one) => !isControl(one))) {
      const list = readers.get(nodeOf(text)) ?? [];
      list.push(name);
      readers.set(nodeOf(text), list);
    }
  }
  const found = new Set(
    [...nodes.values()].filter((node) => PLACEHOLDERS.has(node.operator)).map(({ name }) => name),
  );
  for (const name of found) for (const reader of readers.get(name) ?? []) found.add(reader);
  return found;
}

/** What nodes have that are there for what they do, not for a tensor that they give. */
const WITHOUT_RESULT =
  /^(Assert|Assign.*|Exit|Merge|NextIteration|NoOp|Placeholder.*|Print.*|RefExit|SaveV2|Switch|.*Summary.*)$/;
/** As freezing calls the outputs of a function. */
const FROZEN_OUTPUT = /^Identity(_\d+)?$/;
/** More unread nodes than this are leftovers of training. */
const MOST_FOUND = 8;

function inOrderOfNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Nodes computed from placeholders that nobody reads; of these the ones that freezing names, if there are any. */
export function unreadNodes(nodes: ReadonlyMap<string, NodeProto>): readonly End[] {
  const read = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(nodeOf)));
  const reached = descendants(nodes);
  const unread = [...nodes.values()].filter(
    ({ name, operator }) => !read.has(name) && reached.has(name) && !WITHOUT_RESULT.test(operator),
  );
  const frozen = unread.filter(({ name }) => FROZEN_OUTPUT.test(name));
  const found = (frozen.length > 0 ? frozen : unread).map(({ name }) => name).sort(inOrderOfNumbers);
  if (found.length > 0 && found.length <= MOST_FOUND) return found.map(endOf);
  throw unsupportedError(
    'outputs-unknown',
    found.length === 0
      ? 'No node that is computed from a placeholder is left unread, so none is clearly the output.'
      : `${found.length} nodes are left unread, so it is not clear which are the outputs: ${found.slice(0, MOST_FOUND).join(', ')}, ….`,
    'Name the outputs: "--outputs softmax" or "--outputs boxes,scores".',
  );
}

const BATCH = 1;

function attributesOf({ attributes }: NodeProto): ReadonlyMap<string, AttributeProto | undefined> {
  return new Map(attributes.map(({ key, value }) => [key, value]));
}

/** Sizes of a placeholder, those that are free undefined; undefined where the file says nothing of them. */
export function sizesOf(node: NodeProto): readonly (number | undefined)[] | undefined {
  const proto = attributesOf(node).get('shape')?.shape;
  if (proto === undefined || proto.unknownRank) return undefined;
  return proto.dimensions.map(({ size }) => (size === -1 ? undefined : size));
}

/** The first dimension is the batch where it is free; others that are free must be given. */
export function placeholderType(node: NodeProto, end: End, shapes: ReadonlyMap<string, Shape>): TensorType {
  const attributes = attributesOf(node);
  const dtype = dtypeOf(attributes.get('dtype')?.type ?? attributes.get('T')?.type ?? 1);
  const given = shapes.get(end.name) ?? shapes.get(node.name);
  if (given !== undefined) {
    requireRank(end.name, given, sizesOf(node));
    return { dtype, shape: given };
  }
  const proto = attributes.get('shape')?.shape;
  const isWhole = proto !== undefined && !proto.unknownRank;
  const shape = isWhole
    ? proto.dimensions.map(({ size }, axis) => (size === -1 && axis === 0 ? BATCH : size))
    : undefined;
  if (shape?.every((size) => size > 0)) return { dtype, shape };
  const hint = shape?.map((size) => (size === -1 ? 'N' : size)).join('x') ?? '1x48x48x3';
  throw unsupportedError(
    'dynamic-shape',
    shape === undefined
      ? `input "${end.name}" has no shape.`
      : `input "${end.name}" has shape [${proto?.dimensions.map(({ size }) => (size === -1 ? '?' : size)).join(', ')}], of which more than the batch is free.`,
    `Give it with "--shape ${end.name}=${hint}".`,
  );
}

const MOST_LISTED = 20;

/** The first and the last ones, which are most often meant. */
function listed(names: readonly string[]): string {
  if (names.length <= MOST_LISTED) return names.join(', ') || 'none';
  return [...names.slice(0, MOST_LISTED / 2), '…', ...names.slice(-MOST_LISTED / 2)].join(', ');
}

/** The node of an input. */
export function nodeAt(nodes: ReadonlyMap<string, NodeProto>, end: End): NodeProto {
  const node = nodes.get(nodeOf(end.tensor));
  if (node !== undefined) return node;
  throw inputError(
    'tensorflow-node',
    `The file has no node "${nodeOf(end.tensor)}".`,
    `Nodes that are computed from its placeholders: ${listed([...descendants(nodes)])}.`,
  );
}
