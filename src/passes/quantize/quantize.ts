/**
 * The float graph as a graph of integers: same nodes, same value ids for activations, constants quantized per use. Which
 * type each activation has is decided before (`activation-types.ts`); an operator that reads another one finds a QUANTIZE in
 * between.
 */

import { type TinymlError, unsupportedError } from '../../core/errors.ts';
import { type PerTensorQuant, perTensor, sameQuant } from '../../core/quant-params.ts';
import type { QuantizedDType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import { type Graph, getValue, type Node, type NodeOf, type ValueId } from '../../ir/graph.ts';
import { CELL, HIDDEN } from '../../kernels/recurrent/lstm-shape.ts';
import { type OpKind, opOf } from '../../ops/index.ts';
import type { FixedOutputs, QuantRule } from '../../ops/op.ts';
import type { Pass } from '../pass.ts';
import { fuseSaturation } from './fuse-saturation.ts';
import { leastScale } from './least-scale.ts';
import {
  activationParameters,
  constantParameters,
  quantizeConstant,
  type Range,
  rangeOf,
  representedRange,
  symmetricParameters,
} from './parameters.ts';
import { quantizeWeighted, type WeightedInput, type WeightedOptions } from './quantize-weighted.ts';
import { type IntegerType, QuantizedValues } from './quantized-values.ts';
import { rangesInPlace } from './ranges-in-place.ts';
import { cellStateParameters, type LstmNode, quantizeLstm } from './recurrent/quantize-lstm.ts';
import type { ScaleRules } from './scale-rules.ts';
import { settledRanges } from './settled-ranges.ts';
import { type SharedScales, shareScales } from './shared-scales.ts';
import {
  type ActivationTypes,
  planTypes,
  type TypeChoice,
  type TypePlan,
  withFineEnds,
} from './types/activation-types.ts';
import { type HasScale, withUnscaled } from './types/unscaled-nodes.ts';

/** What calibration saw, by value id; constants are not in it. */
export type Ranges = ReadonlyMap<ValueId, Range>;

/** What decides the integers besides ranges. */
export interface QuantizeOptions extends WeightedOptions {
  /** What activations are: int8 where nothing is said. */
  readonly activations?: TypeChoice;
  /** tinyml's own where nothing is said. */
  readonly scaleRules?: ScaleRules;
  /**
   * Of activations of int8 and constants beside them, instead of what their ranges make: as they are, wherever an operator leaves them a choice. Operators on
   * tensors that have neither stay in float32.
   */
  readonly activationScales?: ReadonlyMap<ValueId, PerTensorQuant>;
}

/**
 * The pass `quantize`: float32 graph in, graph of integers (inputs and outputs too) out. Throws `unsupported` errors for
 * ranges and operators that no such kernel computes, a usage error for layers that are not there.
 */
export function quantizePass(ranges: Ranges, options: QuantizeOptions): Pass {
  return {
    name: 'quantize',
    run(graph) {
      const plan = planTypes(graph, options.activations ?? 'int8');
      const { scaleRules = 'tinyml', activationScales } = options;
      // Given scales need not end where a limit is.
      const fused = activationScales === undefined ? fuseSaturation(graph, plan) : graph;
      const fine =
        scaleRules === 'tinyml' && activationScales === undefined
          ? withFineEnds(fused, plan, ranges)
          : { plan, ranges };
      const decisive =
        scaleRules === 'tensorflow'
          ? rangesInPlace(fused, ranges)
          : settledRanges(fused, fine.ranges, plan.types);
      const hasScale = (id: ValueId): boolean =>
        activationScales === undefined || activationScales.has(id) || decisive.has(id);
      const real = withUnscaled(fused, fine.plan.real, hasScale);
      return new Quantizer(fused, { ...fine.plan, real, hasScale }, decisive, {
        ...options,
        scaleRules,
      }).run();
    },
  };
}

function noInt8Form(kind: OpKind): TinymlError {
  return unsupportedError(
    'no-int8-form',
    `${kind.toUpperCase()} of float32 is not made int8 here`,
    "Convert the model with --float, or have TensorFlow's converter quantize it and convert its int8 file.",
  );
}

function fixedParameters(kind: OpKind, outputs: FixedOutputs, dtype: QuantizedDType): PerTensorQuant {
  const fixed = outputs[dtype];
  if (fixed === undefined) throw new Error(`${kind} makes no ${dtype}`);
  return perTensor(fixed.scale, fixed.zeroPoint);
}

class Quantizer {
  readonly #graph: Graph;
  readonly #types: ActivationTypes;
  /** Nodes that stay in float32, although they may have an integer form. */
  readonly #realNodes: ReadonlySet<Node>;
  readonly #hasScale: HasScale;
  readonly #ranges: Ranges;
  readonly #options: QuantizeOptions;
  readonly #shared: SharedScales;
  readonly #made: QuantizedValues;

  constructor(
    graph: Graph,
    { types, real, hasScale }: TypePlan & { readonly hasScale: HasScale },
    ranges: Ranges,
    options: QuantizeOptions & { readonly scaleRules: ScaleRules },
  ) {
    this.#graph = graph;
    this.#types = types;
    this.#realNodes = real;
    this.#hasScale = hasScale;
    this.#ranges = ranges;
    this.#options = options;
    // What stays in float32 for want of a scale has none to share.
    const nodes =
      options.activationScales === undefined ? graph.nodes : graph.nodes.filter((node) => !real.has(node));
    this.#shared = shareScales({ ...graph, nodes }, types, options.scaleRules, (id) => this.#calibrated(id));
    this.#made = new QuantizedValues(graph);
  }

  run(): Graph {
    for (const id of this.#graph.inputs) {
      if (!this.#made.isReal(id)) this.#made.keepInteger(id);
      else if (this.#hasScale(id)) this.#define(id, this.#calibrated(id));
      else this.#made.keepReal(id);
    }
    for (const node of this.#graph.nodes) {
      if (node.kind === 'unidirectional_sequence_lstm' && !this.#realNodes.has(node))
        this.#defineStates(node);
      if (node.kind === 'assign_variable' && !this.#realNodes.has(node)) this.#defineVariable(node);
    }
    for (const node of this.#graph.nodes) this.#quantizeNode(node);
    return this.#made.graph();
  }

  /** Before anything is assigned to them. The kernel copies the hidden state into its output. */
  #defineStates({ inputs, outputs: [output] }: LstmNode): void {
    const [hidden, cell] = [inputs[HIDDEN] as ValueId, inputs[CELL] as ValueId];
    const quant = this.#shared.get(output) ?? this.#calibrated(output);
    this.#made.define(hidden, { dtype: this.#types(output), quant });
    this.#made.define(cell, { dtype: 'int16', quant: cellStateParameters(this.#rangeOf(cell)) });
  }

  /** A variable that is read somewhere has the parameters of what is assigned to it, where it has none yet. */
  #defineVariable({ inputs }: NodeOf<'assign_variable'>): void {
    const [state, value] = inputs as readonly [ValueId, ValueId];
    if (!this.#isRead(state) || this.#made.has(state) || !this.#made.isReal(state)) return;
    const dtype = this.#types(value);
    const producer = this.#graph.nodes.find(({ outputs }) => outputs.includes(value));
    const rule = producer && opOf(producer.kind).quantRule;
    const quant =
      producer !== undefined && rule?.rule === 'fixed-output'
        ? fixedParameters(producer.kind, rule.outputs, dtype)
        : (this.#shared.get(value) ?? this.#calibrated(value));
    this.#made.define(state, { dtype, quant });
  }

  #isRead(state: ValueId): boolean {
    return this.#graph.nodes.some(({ kind, inputs: [read] }) => kind === 'read_variable' && read === state);
  }

  #rangeOf(id: ValueId): Range {
    const range = this.#ranges.get(id);
    if (range !== undefined) return range;
    throw unsupportedError(
      'not-calibrated',
      `tensor "${getValue(this.#graph, id).name}" was never calibrated`,
    );
  }

  /** In the value's own type, or as somebody reads it. */
  #calibrated(id: ValueId, dtype: QuantizedDType = this.#types(id)): PerTensorQuant {
    const given = dtype === 'int8' ? this.#options.activationScales?.get(id) : undefined;
    return given ?? activationParameters(this.#rangeOf(id), dtype);
  }

  #define(id: ValueId, quant: PerTensorQuant): void {
    this.#made.define(id, { dtype: this.#types(id), quant });
  }

  #quantizeNode(node: Node): void {
    const { quantRule } = opOf(node.kind);
    if (quantRule.rule === 'real' || this.#realNodes.has(node)) {
      this.#keepReal(node);
      return;
    }
    if (node.kind === 'assign_variable') {
      this.#assign(node);
      return;
    }
    if (node.kind === 'read_variable') {
      this.#read(node);
      return;
    }
    const dtype = this.#types(node.outputs[0]);
    const inputs = this.#quantizeInputs(node, quantRule, dtype);
    for (const id of node.outputs) {
      if (this.#made.isReal(id)) this.#define(id, this.#outputQuant(node.kind, quantRule, inputs, id));
      else this.#made.keepInteger(id);
    }
    this.#made.add(nodeOf(node.kind, node.name, node.attributes, inputs, node.outputs));
  }

  #quantizeInputs(node: Node, quantRule: QuantRule, dtype: QuantizedDType): (ValueId | undefined)[] {
    switch (quantRule.rule) {
      case 'weighted':
        return this.#weighted(node, quantRule, dtype);
      case 'recurrent':
        return this.#recurrent(node as LstmNode, dtype);
      case 'same-as-output':
        return this.#inScale(node, dtype, this.#shared.get(node.outputs[0]));
      case 'symmetric-inputs':
        return this.#inScale(node, dtype, symmetricParameters(this.#rangeOfAll(node.inputs, dtype), dtype));
      default:
        return node.inputs.map((id, operand) => this.#unscaled(id, int8Only(quantRule, operand) ?? dtype));
    }
  }

  #outputQuant(
    kind: OpKind,
    rule: Exclude<QuantRule, { rule: 'real' }>,
    inputs: readonly (ValueId | undefined)[],
    output: ValueId,
  ): PerTensorQuant {
    switch (rule.rule) {
      case 'free':
      case 'weighted':
      case 'symmetric-inputs': {
        const { scale, zeroPoint } = this.#shared.get(output) ?? this.#calibrated(output);
        const scales = inputs.map((id) => this.#made.largestScale(id));
        return perTensor(Math.max(scale, leastScale(kind, scales)), zeroPoint);
      }
      case 'same-as-output':
      case 'recurrent':
        return this.#shared.get(output) ?? this.#calibrated(output);
      case 'same-as-input':
        return this.#made.typeOf(inputs[0]).quant;
      case 'fixed-output':
        return fixedParameters(kind, rule.outputs, this.#types(output));
      case 'assigned':
      case 'none':
        throw noInt8Form(kind);
      case 'boundary':
        throw unsupportedError('already-quantized', 'the model has QUANTIZE or DEQUANTIZE operators already');
    }
  }

  /** The node as it is, in float32; others read and write what goes through DEQUANTIZE in front and QUANTIZE behind. */
  #keepReal(node: Node): void {
    const made = this.#made;
    const inputs = node.inputs.map((id) => (id === undefined ? undefined : made.real(id)));
    const outputs = node.outputs.map((id) =>
      made.isReal(id) && this.#hasScale(id) ? made.defineReal(id) : id,
    );
    for (const id of node.outputs) {
      if (!made.isReal(id)) made.keepInteger(id);
      else if (!this.#hasScale(id)) made.keepReal(id);
    }
    made.add(nodeOf(node.kind, node.name, node.attributes, inputs, outputs));
    for (const [index, id] of node.outputs.entries()) {
      if (!made.isReal(id) || !this.#hasScale(id)) continue;
      this.#define(id, this.#shared.get(id) ?? this.#calibrated(id));
      made.add(nodeOf('quantize', node.name, {}, [outputs[index]], [id]));
    }
  }

  /** An operand in that type; constants get parameters of their own range. */
  #unscaled(id: ValueId | undefined, dtype: QuantizedDType): ValueId | undefined {
    if (id === undefined) return undefined;
    const value = getValue(this.#graph, id);
    const { data } = value;
    if (data === undefined) return this.#inType(id, dtype);
    if (!(data instanceof Float32Array)) {
      this.#made.keep(value);
      return id;
    }
    const given = dtype === 'int8' ? this.#options.activationScales?.get(id) : undefined;
    const quant = given ?? constantParameters(rangeOf(data), dtype);
    return this.#made.constant(value, dtype, quant, quantizeConstant(data, quant, dtype));
  }

  /** An activation that has another type goes through a QUANTIZE; indices and conditions are what they are. */
  #inType(id: ValueId, dtype: QuantizedDType): ValueId {
    if (!this.#made.isReal(id) || this.#types(id) === dtype) return id;
    return this.#made.rescale(id, { dtype, quant: this.#calibrated(id, dtype) });
  }

  /** From the least to the greatest number that any of them can be. */
  #rangeOfAll(ids: readonly (ValueId | undefined)[], dtype: QuantizedDType): Range {
    const ranges = ids
      .filter((id) => id !== undefined)
      .map((id) => {
        const { data } = getValue(this.#graph, id);
        if (data instanceof Float32Array) return rangeOf(data);
        const isOwn = this.#types(id) === dtype;
        return representedRange(isOwn ? this.#made.typeOf(id).quant : this.#calibrated(id, dtype), dtype);
      });
    return {
      min: Math.min(...ranges.map(({ min }) => min)),
      max: Math.max(...ranges.map(({ max }) => max)),
    };
  }

  /** All operands in these parameters, where there are any; one that has others goes through a QUANTIZE. */
  #inScale(node: Node, dtype: QuantizedDType, quant: PerTensorQuant | undefined): (ValueId | undefined)[] {
    return node.inputs.map((id) => {
      if (id === undefined || quant === undefined || !this.#made.isReal(id)) return this.#unscaled(id, dtype);
      const value = getValue(this.#graph, id);
      if (value.data instanceof Float32Array) {
        return this.#made.constant(value, dtype, quant, quantizeConstant(value.data, quant, dtype));
      }
      return this.#inParameters(id, { dtype, quant });
    });
  }

  #recurrent(node: LstmNode, dtype: QuantizedDType): (ValueId | undefined)[] {
    const inputs = [...node.inputs];
    const inputOf = (): WeightedInput => {
      inputs[0] = this.#unscaled(inputs[0], dtype);
      return { dtype, scale: this.#made.typeOf(inputs[0]).quant.scale };
    };
    for (const constant of quantizeLstm(this.#graph, node, inputOf, this.#options)) {
      const { operand, of, dtype: own, quant, data } = constant;
      inputs[operand] = this.#made.constant(of, own, quant, data);
    }
    return inputs;
  }

  /** In the type and the parameters of the state, which are known. */
  #assign(node: NodeOf<'assign_variable'>): void {
    const [state, value] = node.inputs as readonly [ValueId, ValueId];
    if (!this.#made.isReal(state) || !this.#made.has(state)) throw noInt8Form(node.kind);
    const type = this.#made.typeOf(state);
    const { data } = getValue(this.#graph, value);
    const assigned =
      data instanceof Float32Array
        ? this.#made.constant(
            getValue(this.#graph, value),
            type.dtype,
            type.quant,
            quantizeConstant(data, type.quant, type.dtype),
          )
        : this.#inParameters(value, type);
    this.#made.define(node.outputs[0], type);
    this.#made.add(nodeOf(node.kind, node.name, node.attributes, [state, assigned], node.outputs));
  }

  /** What the state holds is what comes out. */
  #read(node: NodeOf<'read_variable'>): void {
    const [state] = node.inputs as readonly [ValueId];
    if (!this.#made.isReal(state) || !this.#made.has(state)) throw noInt8Form(node.kind);
    this.#made.define(node.outputs[0], this.#made.typeOf(state));
    this.#made.add(nodeOf(node.kind, node.name, node.attributes, node.inputs, node.outputs));
  }

  /** An activation in these; one that has others goes through a QUANTIZE. */
  #inParameters(id: ValueId, type: IntegerType): ValueId {
    const own = this.#made.typeOf(id);
    return own.dtype === type.dtype && sameQuant(own.quant, type.quant) ? id : this.#made.rescale(id, type);
  }

  #weighted(
    node: Node,
    rule: QuantRule & { rule: 'weighted' },
    dtype: QuantizedDType,
  ): (ValueId | undefined)[] {
    const inputs = [...node.inputs];
    const { weights, bias } = quantizeWeighted(
      this.#graph,
      node,
      rule,
      () => {
        inputs[0] = this.#unscaled(inputs[0], dtype);
        return { dtype, scale: this.#made.typeOf(inputs[0]).quant.scale };
      },
      this.#options,
    );
    inputs[rule.weights] = this.#made.constant(weights.of, weights.dtype, weights.quant, weights.data);
    if (bias !== undefined) {
      const type = bias.data instanceof Int32Array ? 'int32' : 'int64';
      inputs[rule.bias] = this.#made.constant(bias.of, type, bias.quant, bias.data);
    }
    return inputs;
  }
}

/** Of operands that TFLM takes in int8 beside int16 ones. */
function int8Only(rule: QuantRule, operand: number): 'int8' | undefined {
  return rule.rule === 'free' && rule.int8Operands?.includes(operand) === true ? 'int8' : undefined;
}
