/** What all functions and loops of a file share while it is lowered: where nodes go, functions, and what is made once. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { Computed, GraphWriter, Known } from '../lowering/graph-writer.ts';
import { type Nodes, nodesByName } from './graph-nodes.ts';
import { MAX_DEPTH } from './loops/control-flow.ts';
import type { FunctionProto, LibraryProto, NodeProto } from './messages.ts';
import type { KnownForms } from './node.ts';
import type { Value } from './values.ts';

/** Nodes that are lowered of a file, those of a loop as often as it runs. */
const MAX_LOWERED = 2 ** 18;

/** The value of a variable by the name of the node that makes it. */
export type ReadVariable = (name: string) => Known;

/** A function as it is called. */
export interface Callee {
  readonly nodes: Nodes;
  /** Its arguments by their names, as the nodes that make them. */
  readonly given: ReadonlyMap<string, readonly Value[]>;
  /** What it gives back: an argument or the output of a node each. */
  readonly results: readonly string[];
}

/** How loops are lowered. */
export interface LoopWishes {
  /** Of the whole sequence, for the network of one of its steps. */
  readonly steps?: number;
  /** Whether loops that are a layer of LSTM become one. */
  readonly recognizes: boolean;
}

export class Lowering {
  readonly writer: GraphWriter;
  readonly readVariable: ReadVariable;
  readonly forms: KnownForms = new WeakMap();
  readonly #functions: ReadonlyMap<string, FunctionProto>;
  readonly #nodes = new Map<FunctionProto, Nodes>();
  readonly #constants = new Map<NodeProto, readonly Value[]>();
  readonly steps: number | undefined;
  readonly recognizes: boolean;
  readonly #left: Computed[] = [];
  #lowered = 0;

  constructor(
    writer: GraphWriter,
    library: LibraryProto | undefined,
    readVariable: ReadVariable,
    { steps, recognizes }: LoopWishes,
  ) {
    this.writer = writer;
    this.steps = steps;
    this.recognizes = recognizes;
    this.readVariable = readVariable;
    this.#functions = new Map(
      (library?.functions ?? []).map((one) => [one.signature?.name ?? '', one] as const),
    );
  }

  /** Values of steps that a layer stands for, which it does not give. */
  get left(): readonly Computed[] {
    return this.#left;
  }

  leave(value: Computed): void {
    this.#left.push(value);
  }

  hasFunction(name: string): boolean {
    return this.#functions.has(name);
  }

  countNode(): void {
    this.#lowered++;
    if (this.#lowered <= MAX_LOWERED) return;
    throw unsupportedError(
      'model-too-large',
      `its loops and functions come to more than ${MAX_LOWERED} nodes.`,
      'Give the network shorter sequences.',
    );
  }

  /** Of every step of a loop the same, so that weights are constants once. */
  constant(node: NodeProto, make: () => readonly Value[]): readonly Value[] {
    const made = this.#constants.get(node) ?? make();
    this.#constants.set(node, made);
    return made;
  }

  /** `depth`: of the call. */
  callee(name: string, inputs: readonly Value[], depth: number): Callee {
    const proto = this.#functions.get(name);
    if (proto?.signature === undefined) {
      throw inputError('tensorflow-function', `it calls "${name}", which the file does not have.`);
    }
    if (depth === MAX_DEPTH) {
      throw unsupportedError(
        'functions-too-deep',
        `functions call each other more than ${MAX_DEPTH} deep; "${name}" may call itself.`,
        'Write recursive functions as loops of a fixed number of steps.',
      );
    }
    const { inputs: names, outputs } = proto.signature;
    if (names.length !== inputs.length) {
      throw inputError(
        'tensorflow-function',
        `it gives ${counted(inputs.length, 'argument')} to "${name}", which takes ${names.length}.`,
      );
    }
    const results = new Map(proto.results.map(({ key, value }) => [key, value]));
    return {
      nodes: this.#nodesOf(proto),
      given: new Map(names.map((argument, index) => [argument.name, [inputs[index]]] as const)),
      results: outputs.map((output) => results.get(output.name) ?? ''),
    };
  }

  #nodesOf(proto: FunctionProto): Nodes {
    const made = this.#nodes.get(proto) ?? nodesByName(proto.nodes);
    this.#nodes.set(proto, made);
    return made;
  }
}
