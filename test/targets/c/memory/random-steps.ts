/** Random programs as their plan of memory sees them. */

import type { Random } from '../../../../src/core/random.ts';
import type { DType } from '../../../../src/core/tensor.ts';
import type { Value, ValueId } from '../../../../src/ir/graph.ts';
import type { Move } from '../../../../src/targets/c/emitter.ts';
import type { MemoryGraph, MemoryStep } from '../../../../src/targets/c/memory/memory-step.ts';

const DTYPES: readonly DType[] = ['int8', 'int8', 'int8', 'int16', 'float32'];

export interface RandomProgram {
  readonly graph: MemoryGraph;
  readonly steps: readonly MemoryStep[];
}

/** Values that steps are made of, one after another. */
class Draft {
  readonly values = new Map<ValueId, Value>();
  readonly steps: MemoryStep[] = [];
  readonly #random: Random;
  readonly #dtype: DType;

  constructor(random: Random) {
    this.#random = random;
    this.#dtype = DTYPES[random.below(DTYPES.length)];
  }

  value(elements: number): ValueId {
    const id = this.values.size;
    this.values.set(id, { id, name: `v${id}`, type: { dtype: this.#dtype, shape: [elements] } });
    return id;
  }

  elements(id: ValueId): number {
    return this.values.get(id)?.type.shape[0] ?? 0;
  }

  /** More often one of the last. */
  pick(): ValueId {
    const back = this.#random.below(2) === 0 ? 2 : this.values.size;
    return Math.max(0, this.values.size - 1 - this.#random.below(back));
  }

  #add(inputs: readonly ValueId[], outputs: readonly number[], emission: MemoryStep['emission']): void {
    const made = outputs.map((elements) => this.value(elements));
    this.steps.push({ node: { inputs, outputs: made }, emission });
  }

  #size(): number {
    return 1 + this.#random.below(40);
  }

  plain(): void {
    const inputs = [this.pick(), this.pick()].slice(0, 1 + this.#random.below(2));
    const scratch = this.#random.below(3) === 0 ? { scratchBytes: 1 + this.#random.below(30) } : {};
    this.#add(inputs, [this.#size()], scratch);
  }

  inPlace(): void {
    const inputs = [this.pick(), this.pick()];
    const size = this.#random.below(3) === 0 ? this.#size() : this.elements(inputs[0]);
    this.#add(inputs, [size], { inPlace: this.#random.below(2) === 0 ? [0] : [0, 1] });
  }

  overlapping(): void {
    const input = this.pick();
    const distances = [
      { before: this.#random.below(20) },
      { behind: this.#random.below(20) },
      { before: this.#random.below(20), behind: this.#random.below(20) },
    ];
    this.#add([input], [this.#size()], { overlaps: [{ input: 0, ...distances[this.#random.below(3)] }] });
  }

  reshape(): void {
    const input = this.pick();
    const elements = this.elements(input);
    this.#add([input], [elements], { moves: [{ input: 0, output: 0, from: 0, to: 0, elements }] });
  }

  concatenation(): void {
    const inputs = Array.from({ length: 2 + this.#random.below(3) }, () => this.pick());
    let to = 0;
    const moves = inputs.map((id, input): Move => {
      const elements = this.elements(id);
      const move = { input, output: 0, from: 0, to, elements };
      to += elements;
      return move;
    });
    this.#add(inputs, [to], { moves });
  }

  split(): void {
    const input = this.pick();
    const elements = this.elements(input);
    const first = this.#random.below(elements + 1);
    const parts = [first, elements - first].filter((part) => part > 0);
    const moves = parts.map((part, output) => ({
      input: 0,
      output,
      from: output === 0 ? 0 : parts[0],
      to: 0,
      elements: part,
    }));
    this.#add([input], parts, { moves });
  }

  pad(): void {
    const input = this.pick();
    const elements = this.elements(input);
    const to = this.#random.below(8);
    const moves = [{ input: 0, output: 0, from: 0, to, elements }];
    this.#add([input], [elements + to + this.#random.below(8)], { moves });
  }

  /** The ends are made anew: what is moved is all of neither value. */
  middle(): void {
    const input = this.pick();
    const elements = this.elements(input);
    const moves = [{ input: 0, output: 0, from: 1, to: 1, elements: Math.max(0, elements - 2) }];
    this.#add([input], [elements], { moves });
  }
}

const KINDS = [
  'plain',
  'inPlace',
  'overlapping',
  'reshape',
  'concatenation',
  'split',
  'pad',
  'middle',
] as const;

/** Up to `most` steps; everything that nobody reads is an output, and now and then something that is read. */
export function randomProgram(random: Random, most: number): RandomProgram {
  const draft = new Draft(random);
  const inputs = Array.from({ length: 1 + random.below(2) }, () => draft.value(1 + random.below(40)));
  for (let count = 1 + random.below(most); count > 0; count--) draft[KINDS[random.below(KINDS.length)]]();
  const read = new Set(draft.steps.flatMap(({ node }) => node.inputs));
  const outputs = [...draft.values.keys()].filter((id) => !read.has(id) || random.below(12) === 0);
  return { graph: { values: draft.values, inputs, outputs }, steps: draft.steps };
}
