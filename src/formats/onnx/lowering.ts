/** Lowers the nodes of a file by names of tensors, with functions and decided branches put in where they are called. */

import { inputError, unsupportedError, withErrorContext } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import type { LoadBeside } from '../importer.ts';
import { requireInputs } from '../lowering/given-shapes.ts';
import { type GraphWriter, isKnown, type NamedOutput, type Operand } from '../lowering/graph-writer.ts';
import { unsupportedOperator } from '../lowering/refused-operator.ts';
import { boundNode, functionOf, surroundingsOfCall } from './functions.ts';
import { typeOfInput } from './inputs.ts';
import type { FunctionProto, GraphProto, ModelProto, NodeProto, ValueInfoProto } from './messages.ts';
import { OnnxNode } from './node.ts';
import { isDefaultDomain, versionOf } from './operator-sets.ts';
import { lowerOnnxOf, ONNX_OPERATORS, refusedOnnxOf } from './operators/index.ts';
import { lowerOnIntegers } from './quantized/lower-on-integers.ts';
import { Scope, type Surroundings, shown } from './scope.ts';
import { readTensor } from './tensor.ts';

/** With those of functions each time they are called: a small file can ask for any number. */
const MOST_NODES = 2 ** 16;

/** The operator set whose nodes ended to say how they broadcast and whether they are trained. */
const FIRST_PLAIN_SET = 7;

export class OnnxLowering {
  readonly #model: ModelProto;
  readonly #loadBeside: LoadBeside;
  readonly #writer: GraphWriter;
  readonly #read: ReadonlySet<string>;
  readonly #steps: number | undefined;
  #nodes = 0;

  /** `steps` of the whole sequence, for the network of one of them. */
  constructor(model: ModelProto, loadBeside: LoadBeside, writer: GraphWriter, steps?: number) {
    this.#steps = steps;
    this.#model = model;
    this.#loadBeside = once(loadBeside);
    this.#writer = writer;
    this.#read = namesRead(model);
  }

  /** The outputs of the model's graph; `shapes` of inputs where they are not as in the file. */
  run(graph: GraphProto, shapes: ReadonlyMap<string, Shape>): readonly NamedOutput[] {
    const { operatorSets } = this.#model;
    const scope = new Scope({
      operatorSets,
      prefix: '',
      attributes: new Map(),
      callers: [],
    });
    this.#constants(graph, scope);
    const inputs = givenInputs(graph);
    requireInputs(
      shapes,
      inputs.map(({ name }) => name),
    );
    for (const input of inputs) {
      const name = inputs.length === 1 ? 'input' : input.name;
      scope.set(input.name, this.#writer.input(name, typeOfInput(input, shapes.get(input.name))));
    }
    return this.#body(graph, scope).map((operand, index) => ({
      name: graph.outputs.length === 1 ? 'output' : graph.outputs[index].name,
      operand,
    }));
  }

  #constants({ initializers, sparseInitializers }: GraphProto, scope: Scope): void {
    const [sparse] = sparseInitializers;
    if (sparse !== undefined) {
      throw unsupportedError(
        'sparse-constant',
        `constant "${shown(sparse.values?.name ?? '')}" is stored as a sparse tensor.`,
        'Export the model with dense weights.',
      );
    }
    for (const tensor of initializers) scope.set(tensor.name, readTensor(tensor, this.#loadBeside));
  }

  /** What a graph gives back. */
  #body({ nodes, outputs }: GraphProto, scope: Scope): readonly Operand[] {
    for (const node of nodes) this.#node(node, scope);
    return outputs.map(({ name }) => {
      const operand = scope.get(name, 'The graph gives back');
      if (operand === undefined)
        throw inputError('onnx-tensor', 'The graph gives back what it is not given.');
      return operand;
    });
  }

  #node(proto: NodeProto, scope: Scope): void {
    this.#nodes += 1;
    const { prefix, attributes } = scope.surroundings;
    const node = boundNode(proto, attributes);
    const { operator, name, outputs } = node;
    const title = `Node "${shown(prefix + (name || (outputs[0] ?? '')))}" (${shown(operator)})`;
    const inContext = <T>(body: () => T): T => withErrorContext(title, body);
    if (this.#nodes > MOST_NODES) {
      throw unsupportedError('model-too-large', `The model has more than ${MOST_NODES} nodes.`);
    }
    const made = this.#isBranching(node)
      ? this.#branch(node, scope, inContext)
      : (this.#call(node, scope, inContext) ?? inContext(() => this.#operator(node, scope)));
    inContext(() => {
      for (const [index, output] of outputs.entries()) {
        if (output !== '' && made[index] !== undefined) scope.set(output, made[index]);
      }
    });
  }

  #operator(node: NodeProto, scope: Scope): readonly (Operand | undefined)[] {
    const { operator, domain } = node;
    const { operatorSets, prefix } = scope.surroundings;
    const lower = lowerOnnxOf(operator, domain);
    if (lower === undefined) throw unknownOperator(operator, domain);
    const version = versionOf(operatorSets, '');
    const one = new OnnxNode(node, operandsOf(node, scope), {
      writer: this.#writer,
      version,
      loadBeside: this.#loadBeside,
      prefix,
      read: this.#read,
      steps: this.#steps,
    });
    const lowered = lowerOnIntegers(lower, one);
    if (version < FIRST_PLAIN_SET) refuseUnread(one);
    return lowered;
  }

  /** What a function of the file makes; undefined where the node is an operator. */
  #call(
    node: NodeProto,
    scope: Scope,
    inContext: <T>(body: () => T) => T,
  ): readonly (Operand | undefined)[] | undefined {
    const { operator, domain } = node;
    if (lowerOnnxOf(operator, domain) !== undefined) return undefined;
    const called = functionOf(this.#model, node);
    if (called === undefined) return undefined;
    const inner = inContext(() => this.#scopeOfCall(called, node, scope));
    for (const one of called.nodes) this.#node(one, inner);
    return inContext(() => called.outputs.map((name) => inner.get(name, 'its function gives back')));
  }

  #scopeOfCall(called: FunctionProto, node: NodeProto, scope: Scope): Scope {
    const inner = new Scope(surroundingsOfCall(called, node, scope.surroundings));
    const operands = operandsOf(node, scope);
    for (const [index, name] of called.inputs.entries()) inner.set(name, operands[index]);
    return inner;
  }

  #isBranching({ operator, domain }: NodeProto): boolean {
    return operator === 'If' && isDefaultDomain(domain);
  }

  /** The one branch that a known condition takes. */
  #branch(node: NodeProto, scope: Scope, inContext: <T>(body: () => T) => T): readonly Operand[] {
    const graph = inContext(() => {
      const [condition] = operandsOf(node, scope);
      if (condition === undefined || !isKnown(condition)) {
        throw unsupportedError(
          'dynamic-branch',
          'which of its branches is taken depends on the inputs.',
          'Compute both and choose with Where, or export the branch that is used.',
        );
      }
      const wanted = Number(condition.data[0]) === 0 ? 'else_branch' : 'then_branch';
      const branch = node.attributes.find(({ name }) => name === wanted)?.g;
      if (branch !== undefined) return branch;
      throw inputError('onnx-attribute', `its attribute "${wanted}" is missing.`);
    });
    const { prefix } = scope.surroundings;
    const surroundings: Surroundings = {
      ...scope.surroundings,
      prefix: `${prefix}${node.name || (node.outputs[0] ?? '')}/`,
    };
    const inner = new Scope(surroundings, scope);
    inContext(() => this.#constants(graph, inner));
    return this.#body(graph, inner);
  }
}

/** Old exporters list weights among the inputs, too. */
export function givenInputs({ inputs, initializers }: GraphProto): readonly ValueInfoProto[] {
  const known = new Set(initializers.map(({ name }) => name));
  return inputs.filter(({ name }) => !known.has(name));
}

/** Of tensors that a node, a graph's end or that of a function reads; a name may stand for others elsewhere. */
function namesRead({ graph, functions }: ModelProto): ReadonlySet<string> {
  const names = new Set<string>();
  const ofNodes = (nodes: readonly NodeProto[]): void => {
    for (const { inputs, attributes } of nodes) {
      for (const name of inputs) names.add(name);
      for (const { g } of attributes) if (g !== undefined) ofGraph(g);
    }
  };
  const ofGraph = ({ nodes, outputs }: GraphProto): void => {
    for (const { name } of outputs) names.add(name);
    ofNodes(nodes);
  };
  if (graph !== undefined) ofGraph(graph);
  for (const { nodes, outputs } of functions) {
    for (const name of outputs) names.add(name);
    ofNodes(nodes);
  }
  names.delete('');
  return names;
}

/** Each file once, however many tensors lie in it. */
function once(load: LoadBeside): LoadBeside {
  const loaded = new Map<string, Uint8Array>();
  return (path) => {
    const bytes = loaded.get(path) ?? load(path);
    loaded.set(path, bytes);
    return bytes;
  };
}

function operandsOf({ inputs }: NodeProto, scope: Scope): readonly (Operand | undefined)[] {
  return inputs.map((name) => (name === '' ? undefined : scope.get(name, 'it reads')));
}

/** What is not asked for, or what the first operator sets said besides, where that says what is the same today. */
function isSame(node: OnnxNode, name: string): boolean {
  switch (name) {
    case 'consumed_inputs':
    case 'kernel_shape':
    case 'momentum':
      return true;
    case 'is_test':
    case 'spatial':
    case 'broadcast':
      return node.integer(name) === 1;
    default:
      return false;
  }
}

function refuseUnread(node: OnnxNode): void {
  const unread = node.unread().find((name) => !isSame(node, name));
  if (unread === undefined) return;
  throw unsupportedError(
    'old-operator-set',
    `its attribute "${shown(unread)}" is one of operator set ${node.version}, and has no meaning since.`,
    `Export the model with operator set ${FIRST_PLAIN_SET} or newer.`,
  );
}

function unknownOperator(operator: string, domain: string): Error {
  const name = shown(domain === '' ? operator : `${domain}.${operator}`);
  return unsupportedOperator(name, refusedOnnxOf(operator, domain), ONNX_OPERATORS);
}
