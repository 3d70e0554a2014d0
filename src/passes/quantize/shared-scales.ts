/**
 * Which activations share parameters because an operator needs all its operands in one scale (CONCATENATION, PACK,
 * MAXIMUM, …): the output's range goes back to the producers, as in TensorFlow's quantization driver (LiteRT
 * `RemoveRedundantStatsOps`, same-scale constraints). Unlike there, but for its own rules, parameters that nothing may change rule such an operator
 * only where they serve its own range as well: a sigmoid beside a wide operand would have that one end at 1. A producer
 * that others read keeps its range where it would be cut off, or coarse. Whatever differs then is converted in front of the
 * operator.
 */

import { type PerTensorQuant, perTensor } from '../../core/quant-params.ts';
import type { QuantizedDType } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { representedRange } from './parameters.ts';
import type { ScaleRules } from './scale-rules.ts';
import type { ActivationTypes } from './types/activation-types.ts';

export type SharedScales = ReadonlyMap<ValueId, PerTensorQuant>;

/** Steps as much wider than necessary are worth a QUANTIZE less. */
const WIDER_STEP = 1.25;

/** Where others read a value too, parameters of a neighbour may cost it this much of its resolution. */
const COARSER_STEP = 2;

/** The parameters that sharing decides, by the value that owns them; `calibrated` gives those of a value's own range in its type. */
export function shareScales(
  graph: Graph,
  types: ActivationTypes,
  rules: ScaleRules,
  calibrated: (id: ValueId) => PerTensorQuant,
): SharedScales {
  return new ScaleSharing(graph, types, rules, calibrated).solve();
}

/** Whether all that `own` can tell lies in the range of `other`, a step of both more or less. */
function covers(other: PerTensorQuant, own: PerTensorQuant, dtype: QuantizedDType): boolean {
  const [outer, inner] = [other, own].map((quant) => representedRange(quant, dtype));
  const step = other.scale + own.scale;
  return outer.min - step < inner.min && inner.max < outer.max + step;
}

/** A value whose parameters another one carries. */
interface Owner {
  readonly id: ValueId;
  /** Whether only one node reads it, and what lies between. */
  readonly isReadHere: boolean;
  /** Whether averages are taken in between, so that a limit on this side is none on the other. */
  readonly isAveraged: boolean;
}

class ScaleSharing {
  readonly #graph: Graph;
  readonly #types: ActivationTypes;
  readonly #rules: ScaleRules;
  readonly #calibrated: (id: ValueId) => PerTensorQuant;
  readonly #producers = new Map<ValueId, Node>();
  /** How often each value is read, as an output of the graph too. */
  readonly #reads = new Map<ValueId, number>();
  readonly #shared = new Map<ValueId, PerTensorQuant>();
  readonly #anchors = new Map<ValueId, readonly PerTensorQuant[]>();

  constructor(
    graph: Graph,
    types: ActivationTypes,
    rules: ScaleRules,
    calibrated: (id: ValueId) => PerTensorQuant,
  ) {
    this.#graph = graph;
    this.#types = types;
    this.#rules = rules;
    this.#calibrated = calibrated;
    for (const node of graph.nodes) for (const id of node.outputs) this.#producers.set(id, node);
    for (const id of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]) {
      if (id !== undefined) this.#reads.set(id, (this.#reads.get(id) ?? 0) + 1);
    }
  }

  /** From the last node to the first, so that a chain of concatenations takes the range of its end. */
  solve(): SharedScales {
    for (const node of [...this.#graph.nodes].reverse()) {
      if (opOf(node.kind).quantRule.rule !== 'same-as-output') continue;
      const [output] = node.outputs;
      if (!this.#isReal(output)) continue;
      const quant = this.#shared.get(output) ?? this.#chosen(node);
      this.#shared.set(output, quant);
      for (const owner of this.#owners(node)) {
        // Who has parameters from elsewhere keeps them; the quantizer converts in front of this node.
        if (!this.#shared.has(owner.id) && this.#takes(owner, quant)) this.#shared.set(owner.id, quant);
      }
    }
    return this.#shared;
  }

  /** Integers and conditions have no parameters to share. */
  #isReal(id: ValueId): boolean {
    return getValue(this.#graph, id).type.dtype === 'float32';
  }

  /** The first parameters that an operand keeps and that serve the range of the output, or those of that range. */
  #chosen(node: Node): PerTensorQuant {
    const [output] = node.outputs;
    const own = this.#calibrated(output);
    if (this.#rules === 'tensorflow') return this.#fixedWithin(output)[0] ?? own;
    const kept = this.#owners(node)
      .filter((owner) => !this.#takes(owner, own))
      .map(({ id }) => this.#calibrated(id));
    const serving = [...this.#fixedWithin(output), ...kept].find(
      (quant) => covers(quant, own, this.#types(output)) && quant.scale <= WIDER_STEP * own.scale,
    );
    return serving ?? own;
  }

  /** What lies beyond the range of the node alone may be cut off. */
  #takes({ id, isReadHere, isAveraged }: Owner, quant: PerTensorQuant): boolean {
    if (this.#fixed(id) !== undefined) return false;
    if (this.#rules === 'tensorflow' || (isReadHere && !isAveraged)) return true;
    const own = this.#calibrated(id);
    return covers(quant, own, this.#types(id)) && (isReadHere || quant.scale <= COARSER_STEP * own.scale);
  }

  /** Those of the type of the node: others are converted in front of it, whatever their scale. */
  #owners({ inputs, outputs: [output] }: Node): Owner[] {
    const distinct = [...new Set(inputs)].filter((id) => id !== undefined);
    return distinct
      .map((id) => this.#owner(id, inputs.filter((input) => input === id).length))
      .filter(
        ({ id }) =>
          this.#isReal(id) &&
          getValue(this.#graph, id).data === undefined &&
          this.#types(id) === this.#types(output),
      );
  }

  /** Up through operators that hand their input's parameters on, from a value that one node reads `times` over. */
  #owner(id: ValueId, times: number): Owner {
    let owner = id;
    let isReadHere = this.#reads.get(owner) === times;
    let isAveraged = false;
    for (;;) {
      const producer = this.#producers.get(owner);
      const rule = producer === undefined ? undefined : opOf(producer.kind).quantRule;
      if (producer === undefined || rule?.rule !== 'same-as-input')
        return { id: owner, isReadHere, isAveraged };
      isAveraged ||= rule.averages === true;
      owner = producer.inputs[0] as ValueId;
      // Of several outputs, such as SPLIT has, others are read elsewhere.
      isReadHere &&= producer.outputs.length === 1 && this.#reads.get(owner) === 1;
    }
  }

  /** Parameters that nothing may change: those of the graph's inputs and of operators that assume them. */
  #fixed(owner: ValueId): PerTensorQuant | undefined {
    const producer = this.#producers.get(owner);
    if (producer === undefined) return this.#calibrated(owner);
    const { quantRule } = opOf(producer.kind);
    if (quantRule.rule !== 'fixed-output') return undefined;
    const outputs = quantRule.outputs[this.#types(owner)];
    return outputs === undefined ? undefined : perTensor(outputs.scale, outputs.zeroPoint);
  }

  /** All fixed parameters that go into a value without a change of scale. */
  #fixedWithin(owner: ValueId): readonly PerTensorQuant[] {
    const known = this.#anchors.get(owner);
    if (known !== undefined) return known;
    const producer = this.#producers.get(owner);
    const own = this.#fixed(owner);
    const joins = producer !== undefined && opOf(producer.kind).quantRule.rule === 'same-as-output';
    const within = joins ? this.#owners(producer).flatMap(({ id }) => this.#fixedWithin(id)) : [];
    const all = [...new Set(own === undefined ? within : [own, ...within])];
    this.#anchors.set(owner, all);
    return all;
  }
}
