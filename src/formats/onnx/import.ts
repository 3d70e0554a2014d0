/** ONNX models as float32 graphs, with batch 1. */

import { inputError, unsupportedError, usageError, withErrorContext } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import { channelsLast, channelsLastInside } from '../../passes/layout/channels-last.ts';
import { Allowance } from '../allowance.ts';
import type { Imported, ImportSource, LoadBeside } from '../importer.ts';
import { GraphWriter, type NamedOutput, type Operand } from '../lowering/graph-writer.ts';
import { readMessage } from '../protobuf/message.ts';
import { type GraphProto, MODEL, type ModelProto, type NodeProto, type ValueInfoProto } from './messages.ts';
import { OnnxNode } from './node.ts';
import { lowerOnnxOf, ONNX_OPERATORS, refusedOnnxOf } from './operators/index.ts';
import { dtypeOf, readTensor } from './tensor.ts';

/** `ai.onnx`, which files leave empty. */
const DEFAULT_DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx']);

const BATCH = 1;

/** The first dimension is the batch where it is free; others that are free must be given. */
function shapeOfInput({ name, type }: ValueInfoProto, given: Shape | undefined): Shape {
  if (given !== undefined) return given;
  const dimensions = type?.tensor?.shape?.dimensions;
  if (dimensions === undefined) {
    throw unsupportedError(
      'dynamic-shape',
      `input "${name}" has no shape.`,
      `Give it with "--shape ${name}=1x3x48x48".`,
    );
  }
  const shape = dimensions.map(({ value }, axis) => value ?? (axis === 0 ? BATCH : -1));
  if (shape.every((size) => Number.isSafeInteger(size) && size > 0)) return shape;
  const text = dimensions.map(({ value, parameter }) => value ?? (parameter || '?')).join(', ');
  throw unsupportedError(
    'dynamic-shape',
    `input "${name}" has shape [${text}], of which more than the batch is free.`,
    `Give it with "--shape ${name}=${shape.map((size) => (size === -1 ? 'N' : size)).join('x')}".`,
  );
}

/** Refuses wishes about inputs that the file does not have. */
function requireNames(wish: string, names: readonly string[], inputs: readonly { name: string }[]): void {
  const unknown = names.find((name) => inputs.every((input) => input.name !== name));
  if (unknown === undefined) return;
  throw usageError(
    'no-such-input',
    `A ${wish} is given for "${unknown}", which is no input of it`,
    `Its inputs are ${inputs.map(({ name }) => name).join(', ')}.`,
  );
}

function titleOf({ operator, name, outputs }: NodeProto): string {
  return `Node "${name || outputs[0]}" (${operator})`;
}

/** Lowers the nodes of one graph, or of a function's body, by names of tensors. */
class OnnxImporter {
  readonly #model: ModelProto;
  readonly #loadBeside: LoadBeside;
  readonly #writer: GraphWriter;
  readonly #tensors = new Map<string, Operand>();

  constructor(model: ModelProto, loadBeside: LoadBeside, writer: GraphWriter) {
    this.#model = model;
    this.#loadBeside = loadBeside;
    this.#writer = writer;
  }

  run(graph: GraphProto, shapes: ReadonlyMap<string, Shape>): readonly NamedOutput[] {
    for (const tensor of graph.initializers) {
      this.#tensors.set(tensor.name, readTensor(tensor, this.#loadBeside));
    }
    // Old exporters list weights among the inputs, too.
    const inputs = graph.inputs.filter(({ name }) => !this.#tensors.has(name));
    requireNames('shape', [...shapes.keys()], inputs);
    for (const input of inputs) {
      const shape = shapeOfInput(input, shapes.get(input.name));
      const dtype = dtypeOf(input.type?.tensor?.elementType ?? 1);
      const name = inputs.length === 1 ? 'input' : input.name;
      this.#tensors.set(input.name, this.#writer.input(name, { dtype, shape }));
    }
    for (const node of graph.nodes) withErrorContext(titleOf(node), () => this.#lower(node));
    return graph.outputs.map(({ name }) => ({
      name: graph.outputs.length === 1 ? 'output' : name,
      operand: this.#tensor(name, 'The graph gives back'),
    }));
  }

  #tensor(name: string, reader: string): Operand {
    const found = this.#tensors.get(name);
    if (found !== undefined) return found;
    throw inputError('onnx-tensor', `${reader} "${name}", which nothing before it makes.`);
  }

  #version(domain: string): number {
    const isSame = (other: string) =>
      DEFAULT_DOMAINS.has(domain) ? DEFAULT_DOMAINS.has(other) : other === domain;
    return this.#model.operatorSets.find((set) => isSame(set.domain))?.version ?? 1;
  }

  #lower(proto: NodeProto): void {
    const { operator, domain, inputs, outputs } = proto;
    const lower = DEFAULT_DOMAINS.has(domain) ? lowerOnnxOf(operator) : undefined;
    if (lower === undefined) throw unsupportedOperator(operator, domain);
    const operands = inputs.map((name) => (name === '' ? undefined : this.#tensor(name, 'it reads')));
    const surroundings = {
      writer: this.#writer,
      version: this.#version(domain),
      loadBeside: this.#loadBeside,
    };
    const lowered = lower(new OnnxNode(proto, operands, surroundings));
    const made = Array.isArray(lowered)
      ? (lowered as readonly (Operand | undefined)[])
      : [lowered as Operand];
    for (const [index, name] of outputs.entries()) {
      const operand = made[index];
      if (name !== '' && operand !== undefined) this.#tensors.set(name, operand);
    }
  }
}

function unsupportedOperator(operator: string, domain: string): Error {
  const row = refusedOnnxOf(operator);
  const name = domain === '' ? operator : `${domain}.${operator}`;
  return unsupportedError(
    'unsupported-operator',
    `tinyml cannot compute ${name} on a microcontroller${row === undefined ? '' : `: ${row.reason}`}.`,
    row?.instead ?? `Use operators among ${ONNX_OPERATORS.join(', ')}.`,
  );
}

/** Throws input errors for damaged files and unsupported errors for what TFLM cannot compute, naming node and operator. */
export function importOnnx({ bytes, loadBeside, shapes = new Map(), keepLayout }: ImportSource): Imported {
  const model = readMessage(bytes, MODEL);
  if (model.graph === undefined) throw inputError('onnx-graph', 'The file has no graph.');
  const writer = new GraphWriter(new Allowance(bytes.length, 'computed'));
  const importer = new OnnxImporter(model, loadBeside, writer);
  const graph = writer.build(importer.run(model.graph, shapes));
  if (keepLayout) return { graph: channelsLastInside(graph) };
  const laidOut = channelsLast(graph);
  return { graph: laidOut.graph, inputOrders: laidOut.inputs, outputOrders: laidOut.outputs };
}
