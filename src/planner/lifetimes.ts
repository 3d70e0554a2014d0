/** When each tensor and scratch buffer is in use, as AllocationInfoBuilder marks it (micro_allocation_info.cc, 90b983c2). */

import { unsupportedError } from '../core/errors.ts';
import type { ModelOutline, OutlineOperator } from '../ir/outline.ts';

/** From the first to the last operator that touches it, both included; -1 where none does. */
export interface Lifetime {
  readonly firstUse: number;
  readonly lastUse: number;
}

export interface Lifetimes {
  /** By subgraph and tensor. */
  readonly tensors: readonly (readonly Lifetime[])[];
  /** By subgraph and operator: when its scratch buffers are in use, over the subgraphs it calls. */
  readonly operators: readonly (readonly Lifetime[])[];
}

/** A file can make subgraphs call each other more often than any device would run them. */
const MAX_OPERATORS_VISITED = 2 ** 16;

type Marks = { firstUse: number; lastUse: number }[];

function untouched(count: number): Marks {
  return Array.from({ length: count }, () => ({ firstUse: -1, lastUse: -1 }));
}

function start(marks: Marks, index: number, time: number): void {
  if (marks[index].firstUse === -1) marks[index].firstUse = time;
}

class LifetimeMarker {
  readonly #outline: ModelOutline;
  readonly tensors: readonly Marks[];
  readonly operators: readonly Marks[];
  readonly #running = new Set<number>();
  #time = 0;
  #visitsLeft = MAX_OPERATORS_VISITED;

  constructor(outline: ModelOutline) {
    this.#outline = outline;
    this.tensors = outline.subgraphs.map(({ tensors }) => untouched(tensors.length));
    this.operators = outline.subgraphs.map(({ operators }) => untouched(operators.length));
  }

  #call(index: number): void {
    this.#time++;
    this.markSubgraph(index);
  }

  #markOperator(operator: OutlineOperator, marks: Marks, own: Marks[number]): void {
    if (--this.#visitsLeft < 0) {
      throw unsupportedError(
        'too-many-operators',
        `The model runs more than ${MAX_OPERATORS_VISITED} operators, counting those of called subgraphs each time.`,
      );
    }
    this.#time++;
    for (const output of operator.outputs) start(marks, output, this.#time);
    if (own.firstUse === -1) own.firstUse = this.#time;
    for (const called of operator.calls ?? []) this.#call(called);
    for (const input of operator.inputs) if (input !== undefined) marks[input].lastUse = this.#time;
    for (const output of operator.outputs) marks[output].lastUse = this.#time;
    own.lastUse = this.#time;
  }

  markSubgraph(index: number): void {
    if (this.#running.has(index)) {
      throw unsupportedError(
        'recursive-subgraph',
        `Subgraph ${index} runs itself, for which no memory can be planned.`,
      );
    }
    this.#running.add(index);
    const { inputs, operators, outputs } = this.#outline.subgraphs[index];
    const marks = this.tensors[index];
    const mark = (tensor: number): void => {
      start(marks, tensor, this.#time);
      marks[tensor].lastUse = this.#time;
    };
    inputs.forEach(mark);
    operators.forEach((operator, i) => {
      this.#markOperator(operator, marks, this.operators[index][i]);
    });
    outputs.forEach(mark);
    this.#running.delete(index);
  }
}

/** Subgraph 0 runs; the others while an operator calls them. */
export function markLifetimes(outline: ModelOutline): Lifetimes {
  const marker = new LifetimeMarker(outline);
  marker.markSubgraph(0);
  return marker;
}
