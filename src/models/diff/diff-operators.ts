/** The operators of two models side by side: which came, which went, and what changed in those that stayed. */

import type { OutlineOperator, OutlineSubgraph } from '../../ir/outline.ts';
import { type Alignment, alignOperators } from './align-operators.ts';
import { type Difference, type DiffTensor, diffTensors } from './diff-tensors.ts';
import { type ModelFacts, nodeIndex } from './model-facts.ts';

/** Indices count the operators of one subgraph. */
export interface OperatorDiff {
  readonly subgraph: number;
  readonly change: 'added' | 'removed' | 'changed';
  /** The builtin's name; of custom operators their own. */
  readonly operator: string;
  /** Index in the first model; absent where it was added. */
  readonly a?: number;
  /** Index in the second model; absent where it was removed. */
  readonly b?: number;
  readonly differences: readonly Difference[];
}

const EMPTY: OutlineSubgraph = { tensors: [], operators: [], inputs: [], outputs: [] };

function operatorTitle({ name, customName }: OutlineOperator): string {
  return customName === undefined ? name : `${name} ${JSON.stringify(customName)}`;
}

/** A subgraph of one side, with what only the graph knows. */
class Side {
  readonly subgraph: OutlineSubgraph;
  readonly #facts: ModelFacts;
  readonly #index: number;
  /** Where each tensor comes from: operator and number of its output. */
  readonly #origins: ReadonlyMap<number, readonly [number, number]>;

  constructor(facts: ModelFacts, index: number) {
    this.#facts = facts;
    this.#index = index;
    this.subgraph = facts.file.outline.subgraphs[index] ?? EMPTY;
    this.#origins = new Map(
      this.subgraph.operators.flatMap(({ outputs }, operator) =>
        outputs.map((tensor, output) => [tensor, [operator, output]] as const),
      ),
    );
  }

  tensor(index: number): DiffTensor {
    const tensor = this.subgraph.tensors[index];
    const data = this.#index === 0 ? this.#facts.model?.graph.values.get(index)?.data : undefined;
    return data === undefined ? { tensor } : { tensor, data };
  }

  attributes(operator: number): Readonly<Record<string, unknown>> {
    const index = this.#index === 0 ? nodeIndex(this.#facts, operator) : undefined;
    return index === undefined ? {} : (this.#facts.model?.graph.nodes[index].attributes ?? {});
  }

  origin(tensor: number): readonly [number, number] | undefined {
    return this.#origins.get(tensor);
  }
}

function attributeDifferences(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): Difference[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const text = (value: unknown): string =>
    value === undefined ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value);
  return names
    .map((what) => ({ what, a: text(a[what]), b: text(b[what]) }))
    .filter((difference) => difference.a !== difference.b);
}

/** Of operators whose attributes were not read, the window is known. */
function windowAttributes({ window }: OutlineOperator): Readonly<Record<string, unknown>> {
  return { ...window };
}

class SubgraphDiff {
  readonly #a: Side;
  readonly #b: Side;
  readonly #read: boolean;
  readonly alignment: readonly Alignment[];
  readonly #partners: ReadonlyMap<number, number>;
  readonly #taken: ReadonlySet<number>;

  constructor(a: Side, b: Side, attributesRead: boolean) {
    this.#a = a;
    this.#b = b;
    this.#read = attributesRead;
    this.alignment = alignOperators(a.subgraph, b.subgraph);
    const pairs = this.alignment.flatMap(({ a, b }) =>
      a === undefined || b === undefined ? [] : [[a, b] as const],
    );
    this.#partners = new Map(pairs);
    this.#taken = new Set(pairs.map(([, partner]) => partner));
  }

  /** An activation that comes from elsewhere, where neither source was added or removed. */
  #wiring(what: string, a: number, b: number): Difference[] {
    const [from, to] = [this.#a.origin(a), this.#b.origin(b)];
    if (from === undefined || to === undefined) {
      const place = (side: Side, tensor: number) => side.subgraph.inputs.indexOf(tensor);
      const [inputA, inputB] = [place(this.#a, a), place(this.#b, b)];
      if (from !== undefined || to !== undefined || inputA === inputB) return [];
      return [{ what, a: `input ${inputA} of the model`, b: `input ${inputB} of the model` }];
    }
    const partner = this.#partners.get(from[0]);
    if (partner === undefined || !this.#taken.has(to[0])) return [];
    if (partner === to[0] && from[1] === to[1]) return [];
    const text = ([operator, output]: readonly [number, number]): string =>
      `output ${output} of operator ${operator}`;
    return [{ what, a: text(from), b: text(to) }];
  }

  #operand(what: string, a: number | undefined, b: number | undefined): Difference[] {
    if (a === undefined && b === undefined) return [];
    const text = (side: Side, index: number | undefined): string =>
      index === undefined ? 'absent' : side.subgraph.tensors[index].dtype;
    if (a === undefined || b === undefined) return [{ what, a: text(this.#a, a), b: text(this.#b, b) }];
    const [from, to] = [this.#a.tensor(a), this.#b.tensor(b)];
    // An activation is told where it is made.
    if (from.tensor.storage === 'activation' && to.tensor.storage === 'activation')
      return this.#wiring(what, a, b);
    return diffTensors(from, to).map((difference) => ({ ...difference, what: `${what} ${difference.what}` }));
  }

  #outputs(a: OutlineOperator, b: OutlineOperator): Difference[] {
    const count = Math.max(a.outputs.length, b.outputs.length);
    return Array.from({ length: count }, (_, index): readonly Difference[] => {
      const what = count === 1 ? 'output' : `output ${index}`;
      const [from, to] = [a.outputs[index], b.outputs[index]];
      if (from === undefined) return [{ what, a: 'absent', b: 'there' }];
      if (to === undefined) return [{ what, a: 'there', b: 'absent' }];
      return diffTensors(this.#a.tensor(from), this.#b.tensor(to)).map((difference) => ({
        ...difference,
        what: `${what} ${difference.what}`,
      }));
    }).flat();
  }

  changes(indexA: number, indexB: number): Difference[] {
    const [a, b] = [this.#a.subgraph.operators[indexA], this.#b.subgraph.operators[indexB]];
    const inputs = Math.max(a.inputs.length, b.inputs.length);
    return [
      ...(a.version === b.version ? [] : [{ what: 'version', a: String(a.version), b: String(b.version) }]),
      ...(this.#read
        ? attributeDifferences(this.#a.attributes(indexA), this.#b.attributes(indexB))
        : attributeDifferences(windowAttributes(a), windowAttributes(b))),
      ...Array.from({ length: inputs }, (_, index) =>
        this.#operand(`input ${index}`, a.inputs[index], b.inputs[index]),
      ).flat(),
      ...this.#outputs(a, b),
    ];
  }
}

function diffSubgraph(a: ModelFacts, b: ModelFacts, subgraph: number): OperatorDiff[] {
  const [from, to] = [new Side(a, subgraph), new Side(b, subgraph)];
  const diff = new SubgraphDiff(from, to, a.model !== undefined && b.model !== undefined);
  return diff.alignment.flatMap(({ a: indexA, b: indexB }): OperatorDiff[] => {
    if (indexA === undefined) {
      const operator = operatorTitle(to.subgraph.operators[indexB as number]);
      return [{ subgraph, change: 'added', operator, b: indexB as number, differences: [] }];
    }
    const operator = operatorTitle(from.subgraph.operators[indexA]);
    if (indexB === undefined) return [{ subgraph, change: 'removed', operator, a: indexA, differences: [] }];
    const differences = diff.changes(indexA, indexB);
    if (differences.length === 0) return [];
    return [{ subgraph, change: 'changed', operator, a: indexA, b: indexB, differences }];
  });
}

/** In the order of the operators; those without a difference are left out. */
export function diffOperators(a: ModelFacts, b: ModelFacts): readonly OperatorDiff[] {
  const count = Math.max(a.file.outline.subgraphs.length, b.file.outline.subgraphs.length);
  return Array.from({ length: count }, (_, subgraph) => diffSubgraph(a, b, subgraph)).flat();
}
