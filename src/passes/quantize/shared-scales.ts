/**
 * Which activations share parameters because an operator needs all its operands in one scale (CONCATENATION, PACK,
 * MAXIMUM, …): the output's range goes back to the producers, unless one of them is fixed, whose parameters then win.
 * TensorFlow's quantization driver decides alike (LiteRT `RemoveRedundantStatsOps`, same-scale constraints).
 */

import { type PerTensorQuant, perTensor } from '../../core/quant-params.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';

export type SharedScales = ReadonlyMap<ValueId, PerTensorQuant>;

/** The parameters that sharing decides, by the value that owns them; `calibrated` gives those of a value's own range. */
export function shareScales(graph: Graph, calibrated: (id: ValueId) => PerTensorQuant): SharedScales {
  return new ScaleSharing(graph, calibrated).solve();
}

class ScaleSharing {
  readonly #graph: Graph;
  readonly #calibrated: (id: ValueId) => PerTensorQuant;
  readonly #producers = new Map<ValueId, Node>();
  readonly #shared = new Map<ValueId, PerTensorQuant>();
  readonly #anchors = new Map<ValueId, PerTensorQuant | undefined>();

  constructor(graph: Graph, calibrated: (id: ValueId) => PerTensorQuant) {
    this.#graph = graph;
    this.#calibrated = calibrated;
    for (const node of graph.nodes) for (const id of node.outputs) this.#producers.set(id, node);
  }

  /** From the last node to the first, so that a chain of concatenations takes the range of its end. */
  solve(): SharedScales {
    for (const node of [...this.#graph.nodes].reverse()) {
      if (opOf(node.kind).quantRule.rule !== 'same-as-output') continue;
      const [output] = node.outputs;
      const quant = this.#shared.get(output) ?? this.#anchor(output) ?? this.#calibrated(output);
      this.#shared.set(output, quant);
      for (const owner of this.#owners(node)) {
        // Who has parameters from elsewhere keeps them; the quantizer converts in front of this node.
        if (!this.#shared.has(owner) && this.#fixed(owner) === undefined) this.#shared.set(owner, quant);
      }
    }
    return this.#shared;
  }

  #owners({ inputs }: Node): ValueId[] {
    return inputs
      .filter((id) => id !== undefined)
      .map((id) => this.#owner(id))
      .filter((id) => getValue(this.#graph, id).data === undefined);
  }

  /** The value whose parameters this one carries: up through operators that hand their input's on. */
  #owner(id: ValueId): ValueId {
    let owner = id;
    for (;;) {
      const producer = this.#producers.get(owner);
      if (producer === undefined || opOf(producer.kind).quantRule.rule !== 'same-as-input') return owner;
      owner = producer.inputs[0] as ValueId;
    }
  }

  /** Parameters that nothing may change: those of the graph's inputs and of operators that assume them. */
  #fixed(owner: ValueId): PerTensorQuant | undefined {
    const producer = this.#producers.get(owner);
    if (producer === undefined) return this.#calibrated(owner);
    const { quantRule } = opOf(producer.kind);
    if (quantRule.rule !== 'fixed-output') return undefined;
    const { scale, zeroPoint } = quantRule.outputs.int8;
    return perTensor(scale, zeroPoint);
  }

  /** The first fixed parameters among all that go into a value without a change of scale. */
  #anchor(owner: ValueId): PerTensorQuant | undefined {
    if (this.#anchors.has(owner)) return this.#anchors.get(owner);
    const producer = this.#producers.get(owner);
    let anchor = this.#fixed(owner);
    if (producer !== undefined && opOf(producer.kind).quantRule.rule === 'same-as-output') {
      for (const input of this.#owners(producer)) anchor ??= this.#anchor(input);
    }
    this.#anchors.set(owner, anchor);
    return anchor;
  }
}
