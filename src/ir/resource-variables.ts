/**
 * Resource variables of a model as MicroResourceVariables has them (micro_resource_variable.cc, 90b983c2): VAR_HANDLE makes
 * them, and the first ASSIGN_VARIABLE of each gives it memory, when operators are prepared.
 */

import type { ModelOutline, OutlineSubgraph, OutlineTensor, OutlineVariable } from './outline.ts';

/** One variable. */
export interface ResourceVariable extends OutlineVariable {
  /** What the first ASSIGN_VARIABLE assigns, of which it has its size and its zero point; absent where nothing does. */
  readonly assigned?: OutlineTensor;
  /** That ASSIGN_VARIABLE, among the operators of all subgraphs. */
  readonly assignedBy?: number;
  /** A subgraph that runs once assigns it. */
  readonly isInitialized: boolean;
}

/** All of them, and what operators make of them. */
export interface ResourceVariables {
  readonly variables: readonly ResourceVariable[];
  /** By subgraph: tensors that a VAR_HANDLE sets, which need no memory of their own. */
  readonly handles: readonly ReadonlySet<number>[];
  /**
   * By subgraph and operator: bytes that an ASSIGN_VARIABLE takes for its variable, none where that has its memory already;
   * undefined where no handle of its subgraph says which one it is, and of other operators.
   */
  readonly taken: readonly (readonly (readonly number[] | undefined)[])[];
}

type Mutable = { -readonly [Key in keyof ResourceVariable]: ResourceVariable[Key] };

class Preparation {
  readonly variables: Mutable[] = [];
  /** By name and container. */
  readonly #named = new Map<string, Map<string | undefined, Mutable>>();
  /** Operators of the subgraphs before. */
  #before = 0;
  readonly #initializers: ReadonlySet<number>;

  constructor({ subgraphs }: ModelOutline) {
    const once = subgraphs.flatMap(({ operators }) => operators.filter(({ name }) => name === 'CALL_ONCE'));
    this.#initializers = new Set(once.flatMap(({ calls }) => calls ?? []));
  }

  /** MicroResourceVariables::CreateIdIfNoneFound: without a container the first one of that name is meant. */
  #handle(named: OutlineVariable): Mutable {
    const { container, name } = named;
    const inContainers = this.#named.get(name) ?? new Map<string | undefined, Mutable>();
    const found = container === undefined ? inContainers.values().next().value : inContainers.get(container);
    if (found !== undefined) return found;
    const made: Mutable = { ...named, isInitialized: false };
    this.#named.set(name, inContainers.set(container, made));
    this.variables.push(made);
    return made;
  }

  #assign(
    variable: Mutable | undefined,
    value: OutlineTensor | undefined,
    subgraph: number,
    operator: number,
  ) {
    if (variable === undefined || value === undefined) return undefined;
    variable.isInitialized ||= this.#initializers.has(subgraph);
    if (variable.assigned !== undefined) return [];
    variable.assigned = value;
    variable.assignedBy = this.#before + operator;
    return [value.bytes];
  }

  /** What its operators take, and the handles that it sets. */
  prepare({ tensors, operators }: OutlineSubgraph, index: number) {
    const handles = new Map<number, Mutable>();
    const taken = operators.map(({ name, inputs: [handle, value], outputs: [output], variable }, at) => {
      if (variable !== undefined && output !== undefined) handles.set(output, this.#handle(variable));
      if (name !== 'ASSIGN_VARIABLE') return undefined;
      const assigned = handle === undefined ? undefined : handles.get(handle);
      const tensor = value === undefined ? undefined : tensors[value];
      return this.#assign(assigned, tensor, index, at);
    });
    this.#before += operators.length;
    return { taken, handles: new Set(handles.keys()) };
  }
}

/** Of any model; subgraphs are prepared in their order, and operators in theirs. */
export function resourceVariables(outline: ModelOutline): ResourceVariables {
  const preparation = new Preparation(outline);
  const prepared = outline.subgraphs.map((subgraph, index) => preparation.prepare(subgraph, index));
  return {
    variables: preparation.variables,
    handles: prepared.map(({ handles }) => handles),
    taken: prepared.map(({ taken }) => taken),
  };
}
