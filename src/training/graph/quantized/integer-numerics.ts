/** The numbers of a quantized model in training: what stands between float32 weights and what the chip will compute. */

import { inputError } from '../../../core/errors.ts';
import { perAxis, perTensor, type QuantParams, sameQuant } from '../../../core/quant-params.ts';
import { elementCount } from '../../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import { floatClamp, quantizedClamp } from '../../../ops/fused-activation.ts';
import { opOf } from '../../../ops/index.ts';
import { isLinear, type LinearNode } from '../../../passes/linear.ts';
import type { Range } from '../../../passes/quantize/parameters.ts';
import { WEIGHT_LIMITS, type WeightDType } from '../../../passes/quantize/parameters.ts';
import { leastErrorScales } from '../../../passes/quantize/weight-scales.ts';
import { quantizeTrained, type TrainedQuantization } from '../../../passes/quantize-trained.ts';
import { view, zero } from '../../compiled/run.ts';
import type { Slot, StepPlan } from '../../compiled/step-plan.ts';
import type { LiveNumbers, Numerics, NumericsSource } from '../numerics.ts';
import type { IntegerChoices } from './integer-choices.ts';
import { type IntegerOperator, integerOperator, limitsOf } from './integer-operator.ts';
import {
  inParameters,
  keepUnrounded,
  learnedParameters,
  learnRange,
  type RangeGroup,
  rangeGroups,
  scaledRange,
} from './learned-ranges.ts';
import { MovingRange } from './moving-range.ts';
import {
  type RangeWatch,
  type RoundedValue,
  roundSample,
  roundSums,
  stopGradients,
} from './rounded-activations.ts';
import { learnedScales, roundBias, roundWeights, type WeightRounding } from './rounded-weights.ts';
import { quantOf, twinGraph } from './twin-graph.ts';

/** What `quantize` leaves as it was: elements that only move, in one scale. */
function keepsCodes(int8: Graph, node: Node): boolean {
  const { quantRule } = opOf(node.kind);
  if (quantRule.rule === 'same-as-input') return quantRule.averages !== true;
  return (
    quantRule.rule === 'same-as-output' &&
    node.outputs.every((id) => getValue(int8, id).type.quant !== undefined)
  );
}

type Operands = Parameters<Numerics['finish']>[3];

function scaleName(weights: ValueId): string {
  return `scale:${weights}`;
}

/** Numbers of a training, of one graph and its choices. */
export class IntegerNumerics implements Numerics {
  readonly source: NumericsSource;
  readonly extras: ReadonlyMap<string, Float32Array>;
  /** What is trained in place of `float`. */
  readonly twin: Graph;
  readonly #float: Graph;
  readonly #choices: IntegerChoices;
  readonly #ranges = new Map<ValueId, MovingRange>();
  /** By the id of the weights. */
  readonly #roundings = new Map<ValueId, WeightRounding>();
  readonly #operators: { readonly node: Node; readonly made: IntegerOperator }[] = [];
  #groups: readonly RangeGroup[] = [];
  /** Those whose scale another rule has taken over. */
  #held: ReadonlySet<RangeGroup> = new Set();
  /** Those of the epoch. */
  #used: ReadonlyMap<ValueId, Range>;
  #int8: Graph;

  constructor(float: Graph, choices: IntegerChoices) {
    this.source = { float, choices };
    this.#float = float;
    this.#choices = choices;
    for (const [id, range] of choices.ranges) this.#ranges.set(id, new MovingRange(range));
    if (choices.frozenFrom <= 1) this.#freeze();
    this.#used = choices.ranges;
    this.#int8 = quantizeTrained(float, this.trained(new Map()));
    this.twin = twinGraph(float, this.#int8);
    for (const node of this.twin.nodes.filter(isLinear)) this.#prepareWeights(node);
    if (choices.learnsRanges) this.#groups = rangeGroups(this.#int8, choices.ranges);
    this.extras = new Map([
      ...[...this.#roundings].flatMap(([id, { first }]) =>
        first === undefined ? [] : [[scaleName(id), new Float32Array(first.length)] as const],
      ),
      ...this.#groups.map(({ name }) => [name, new Float32Array(1)] as const),
    ]);
  }

  #freeze(): void {
    for (const range of this.#ranges.values()) range.freeze();
  }

  #prepareWeights(node: LinearNode): void {
    const [, id] = node.inputs as readonly [ValueId, ValueId];
    const { type, data } = getValue(this.twin, id);
    const rule = opOf(node.kind).quantRule;
    if (rule.rule !== 'weighted') return;
    const isInt4 = this.#choices.int4.has(node.outputs[0]);
    const dtype: WeightDType = isInt4 ? 'int4' : 'int8';
    const perChannel = rule.perChannel === 'always' || (this.#choices.densePerChannel && !isInt4);
    const axis = perChannel ? rule.axis : undefined;
    const channels = axis === undefined ? 1 : type.shape[axis];
    const quant = leastErrorScales(data as Float32Array, type.shape, axis, { limit: WEIGHT_LIMITS[dtype] });
    this.#roundings.set(id, {
      axis,
      run: elementCount(axis === undefined ? type.shape : type.shape.slice(axis + 1)),
      dtype,
      scales: new Float32Array(channels),
      first: isInt4 || this.#choices.learnsScales ? scalesOf(quant) : undefined,
    });
  }

  #roundingOf(node: Node): WeightRounding {
    return this.#roundings.get(node.inputs[1] as ValueId) as WeightRounding;
  }

  /** The scale of a value, as it is now. */
  #scaleOf(id: ValueId): number {
    return quantOf(this.#int8, id).scale;
  }

  input(...[plan, id, slot, learned]: Parameters<Numerics['input']>): void {
    const factors = this.#groups.map((group) => ({ group, exponent: learned(group.name) }));
    if (factors.length > 0) {
      plan.forward.add((run) => {
        for (const { exponent } of factors)
          if (exponent.gradient !== undefined) zero(run, exponent.gradient, 1);
        this.#follow(factors.map(({ group, exponent }) => [group, view(run, exponent.address, 1)[0]]));
      });
    }
    roundSample(plan, slot, () => quantOf(this.#int8, id));
  }

  /** Takes over scales that a step has changed. */
  #follow(exponents: readonly (readonly [RangeGroup, number])[]): void {
    const changed = exponents
      .filter(([group]) => !this.#held.has(group))
      .map(([group, exponent]) => [group, learnedParameters(group, exponent)] as const)
      .filter(
        ([
          {
            ids: [id],
          },
          quant,
        ]) => !sameQuant(quant, quantOf(this.#int8, id)),
      );
    if (changed.length === 0) return;
    this.#int8 = inParameters(this.#int8, new Map(changed));
    const isChanged = (id: ValueId | undefined): boolean =>
      id !== undefined && changed.some(([{ ids }]) => ids.has(id));
    for (const { node, made } of this.#operators) {
      if ([...node.inputs, ...node.outputs].some(isChanged)) made.refresh(this.#int8);
    }
  }

  weight(...[plan, node, position, weight, learned]: Parameters<Numerics['weight']>) {
    const rounding = this.#roundingOf(node);
    if (position === 2) {
      return roundBias(plan, weight, () => this.#scaleOf(node.inputs[0] as ValueId), rounding);
    }
    const name = scaleName(node.inputs[1] as ValueId);
    return roundWeights(plan, weight, rounding, this.extras.has(name) ? learned(name) : undefined);
  }

  #watch(id: ValueId): RangeWatch {
    return this.#ranges.get(id) ?? { see() {} };
  }

  #roundSums(plan: StepPlan, node: LinearNode, output: Slot): RoundedValue {
    const { activation } = node.attributes;
    const [id] = node.outputs;
    return roundSums(plan, output, {
      inputScale: () => this.#scaleOf(node.inputs[0] as ValueId),
      weightScales: this.#roundingOf(node).scales,
      output: () => quantOf(this.#int8, id),
      limits: floatClamp(activation),
      clamp: () => quantizedClamp(activation, 'int8', quantOf(this.#int8, id)),
      watch: this.#watch(id),
    });
  }

  #integerOperator(plan: StepPlan, node: Node, output: Slot, operands: Operands): RoundedValue {
    const made = integerOperator(plan, node, output, operands, this.#int8, this.#watch(node.outputs[0]));
    this.#operators.push({ node, made });
    return made;
  }

  finish(...[plan, node, output, operands, learned]: Parameters<Numerics['finish']>) {
    if (!isLinear(node) && keepsCodes(this.#int8, node)) return output;
    const [id] = node.outputs;
    const group = this.#groups.find(({ ids }) => ids.has(id));
    const unrounded = group && keepUnrounded(plan, output);
    const rounded = isLinear(node)
      ? this.#roundSums(plan, node, output)
      : this.#integerOperator(plan, node, output, operands);
    stopGradients(plan, rounded);
    if (group !== undefined && unrounded !== undefined) {
      learnRange(plan, output, unrounded, {
        exponent: learned(group.name),
        quant: () => quantOf(this.#int8, id),
        limits: limitsOf(node),
        isLearned: () => !this.#held.has(group),
      });
    }
    return output;
  }

  beginEpoch(epoch: number, live: LiveNumbers): void {
    const { frozenFrom } = this.#choices;
    if (epoch > 1 && epoch <= frozenFrom) {
      if (epoch === frozenFrom) this.#freeze();
      this.#used = new Map([...this.#ranges].map(([id, moving]) => [id, moving.range]));
      this.#quantizeAnew(live);
    } else if (this.#groups.length > 0) this.#quantizeAnew(live);
  }

  /** What is judged has the scales that `quantize` will give it, to the last bit. */
  beginJudging(live: LiveNumbers): void {
    if (this.#groups.length > 0) this.#quantizeAnew(live);
  }

  #quantizeAnew({ weightsOf, extras }: LiveNumbers): void {
    const values = new Map(this.#float.values);
    for (const id of this.#roundings.keys())
      values.set(id, { ...getValue(this.#float, id), data: weightsOf(id) });
    const int8 = quantizeTrained({ ...this.#float, values }, this.trained(extras));
    if (!hasSameNodes(int8, this.#int8)) {
      throw inputError(
        'ranges-move-operators',
        'The ranges of this model move so far while it is trained that other operators are needed between them.',
        'Give "ranges": "calibrated", which stay as they are.',
      );
    }
    this.#int8 = int8;
    const isHeld = (group: RangeGroup): boolean => {
      const quant = learnedParameters(group, extras.get(group.name)?.[0] ?? 0);
      return [...group.ids].some((id) => !sameQuant(quantOf(int8, id), quant));
    };
    this.#held = new Set(this.#groups.filter(isHeld));
    for (const { made } of this.#operators) made.refresh(int8);
  }

  #rangesWith(learned: ReadonlyMap<string, Float32Array>): ReadonlyMap<ValueId, Range> {
    const ranges = new Map(this.#used);
    for (const { name, ids } of this.#groups) {
      const exponent = learned.get(name)?.[0] ?? 0;
      for (const id of ids) {
        const range = this.#used.get(id);
        if (range !== undefined) ranges.set(id, scaledRange(range, exponent));
      }
    }
    return ranges;
  }

  /** What `quantize` is to take as it is, once these extras were learned. */
  trained(learned: ReadonlyMap<string, Float32Array>): TrainedQuantization {
    const scales = [...this.#roundings].flatMap(
      ([id, rounding]): readonly (readonly [ValueId, QuantParams])[] => {
        const exponents = learned.get(scaleName(id));
        if (exponents === undefined || rounding.first === undefined) return [];
        const into = new Float32Array(exponents.length);
        learnedScales(rounding.first, exponents, into);
        return [[id, rounding.axis === undefined ? perTensor(into[0], 0) : perAxis(rounding.axis, into)]];
      },
    );
    return {
      ranges: this.#rangesWith(learned),
      densePerChannel: this.#choices.densePerChannel,
      int4: this.#choices.int4,
      weightScales: new Map(scales),
    };
  }
}

function scalesOf(quant: QuantParams): Float32Array {
  return quant.scheme === 'per-tensor' ? Float32Array.of(quant.scale) : quant.scales;
}

function hasSameNodes(a: Graph, b: Graph): boolean {
  return (
    a.nodes.length === b.nodes.length &&
    a.nodes.every(
      ({ kind, outputs }, index) => kind === b.nodes[index].kind && outputs[0] === b.nodes[index].outputs[0],
    )
  );
}
