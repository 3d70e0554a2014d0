/** The float graph as an int8 graph: same nodes, same value ids for activations, constants quantized per use. */

import { unsupportedError } from '../../core/errors.ts';
import { type PerTensorQuant, perTensor, type QuantParams, sameQuant } from '../../core/quant-params.ts';
import type { TensorData } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import { requireSupported } from '../../ir/check-graph.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import { type OpKind, opOf } from '../../ops/index.ts';
import type { QuantRule } from '../../ops/op.ts';
import type { Pass } from '../pass.ts';
import { fuseSaturation } from './fuse-saturation.ts';
import { leastScale } from './least-scale.ts';
import {
  activationParameters,
  asymmetricParameters,
  quantizeConstant,
  type Range,
  rangeOf,
  representedRange,
  symmetricParameters,
} from './parameters.ts';
import { type QuantizeOptions, quantizeWeighted } from './quantize-weighted.ts';
import { realRegions } from './real-regions.ts';
import { settledRanges } from './settled-ranges.ts';
import { type SharedScales, shareScales } from './shared-scales.ts';

/** What calibration saw, by value id; constants are not in it. */
export type Ranges = ReadonlyMap<ValueId, Range>;

/**
 * The pass `quantize`: float32 graph in, int8 graph (inputs and outputs too) out. Throws `unsupported` errors for ranges
 * and operators that no int8 kernel computes.
 */
export function quantizePass(ranges: Ranges, options: QuantizeOptions): Pass {
  return {
    name: 'quantize',
    run(graph) {
      const real = realRegions(graph);
      const fused = fuseSaturation(graph, real);
      return new Quantizer(fused, real, settledRanges(fused, ranges), options).run();
    },
  };
}

class Quantizer {
  readonly #graph: Graph;
  /** Nodes that stay in float32 although they have an int8 form. */
  readonly #realNodes: ReadonlySet<Node>;
  readonly #ranges: Ranges;
  readonly #options: QuantizeOptions;
  readonly #shared: SharedScales;
  readonly #values = new Map<ValueId, Value>();
  readonly #nodes: Node[] = [];
  /** What float operators read and write in place of an int8 value, by its id. */
  readonly #reals = new Map<ValueId, ValueId>();
  /** Values in another scale, by id and parameters. */
  readonly #rescaled = new Map<string, ValueId>();
  #nextId: ValueId;

  constructor(graph: Graph, real: ReadonlySet<Node>, ranges: Ranges, options: QuantizeOptions) {
    this.#graph = graph;
    this.#realNodes = real;
    this.#ranges = ranges;
    this.#options = options;
    this.#shared = shareScales(graph, (id) => this.#calibrated(id));
    this.#nextId = Math.max(-1, ...graph.values.keys()) + 1;
  }

  run(): Graph {
    for (const id of this.#graph.inputs) {
      if (this.#isReal(id)) this.#defineActivation(id, this.#calibrated(id));
      else this.#keepInteger(id);
    }
    for (const node of this.#graph.nodes) this.#quantizeNode(node);
    return {
      values: this.#values,
      nodes: this.#nodes,
      inputs: this.#graph.inputs,
      outputs: this.#graph.outputs,
    };
  }

  #calibrated(id: ValueId): PerTensorQuant {
    const range = this.#ranges.get(id);
    const { name } = getValue(this.#graph, id);
    if (range === undefined)
      throw unsupportedError('not-calibrated', `tensor "${name}" was never calibrated`);
    return activationParameters(range);
  }

  #isReal(id: ValueId): boolean {
    return getValue(this.#graph, id).type.dtype === 'float32';
  }

  /** Indices, counts and conditions are integers already and have no scale. */
  #keepInteger(id: ValueId): void {
    const value = getValue(this.#graph, id);
    const { name, type } = value;
    if (type.quant !== undefined) {
      throw unsupportedError(
        'not-float',
        `tensor "${name}" is ${type.dtype} with a scale already; only float models are quantized`,
      );
    }
    this.#values.set(id, value);
  }

  #defineActivation(id: ValueId, quant: PerTensorQuant): void {
    const { name, type } = getValue(this.#graph, id);
    this.#values.set(id, { id, name, type: { dtype: 'int8', shape: type.shape, quant } });
  }

  #defineConstant(of: Value, dtype: 'int8' | 'int32', quant: QuantParams, data: TensorData): ValueId {
    const id = this.#nextId++;
    this.#values.set(id, { id, name: of.name, type: { dtype, shape: of.type.shape, quant }, data });
    return id;
  }

  /** The parameters of a tensor that already has them. */
  #quantOf(id: ValueId | undefined): PerTensorQuant {
    const quant = id === undefined ? undefined : this.#values.get(id)?.type.quant;
    if (quant?.scheme !== 'per-tensor') throw new Error(`value ${id} has no per-tensor parameters yet`);
    return quant;
  }

  /** Of an operand that is there and has parameters; 0 else. */
  #largestScale(id: ValueId | undefined): number {
    const quant = id === undefined ? undefined : this.#values.get(id)?.type.quant;
    if (quant === undefined) return 0;
    return quant.scheme === 'per-tensor' ? quant.scale : quant.scales.reduce((a, b) => Math.max(a, b), 0);
  }

  /** Ranges decide scales, and scales whether a kernel computes the node. */
  #add(node: Node): void {
    requireSupported({ values: this.#values }, node, this.#nodes.length);
    this.#nodes.push(node);
  }

  #quantizeNode(node: Node): void {
    const { quantRule } = opOf(node.kind);
    if (quantRule.rule === 'real' || this.#realNodes.has(node)) {
      this.#keepReal(node);
      return;
    }
    const inputs = this.#quantizeInputs(node, quantRule);
    for (const id of node.outputs) {
      if (this.#isReal(id)) this.#defineActivation(id, this.#outputQuant(node.kind, quantRule, inputs, id));
      else this.#keepInteger(id);
    }
    this.#add(nodeOf(node.kind, node.name, node.attributes, inputs, node.outputs));
  }

  #quantizeInputs(node: Node, quantRule: QuantRule): (ValueId | undefined)[] {
    switch (quantRule.rule) {
      case 'weighted':
        return this.#weighted(node, quantRule);
      case 'same-as-output':
        return this.#inScale(node, this.#shared.get(node.outputs[0]));
      case 'symmetric-inputs':
        return this.#inScale(node, symmetricParameters(this.#rangeOfAll(node.inputs)));
      default:
        return this.#unweighted(node.inputs);
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
        const scales = inputs.map((id) => this.#largestScale(id));
        return perTensor(Math.max(scale, leastScale(kind, scales)), zeroPoint);
      }
      case 'same-as-output':
        return this.#shared.get(output) ?? this.#calibrated(output);
      case 'same-as-input':
        return this.#quantOf(inputs[0]);
      case 'fixed-output':
        return perTensor(rule.outputs.int8.scale, rule.outputs.int8.zeroPoint);
      case 'none':
        throw unsupportedError(
          'no-int8-form',
          `${kind.toUpperCase()} of float32 is not made int8 here`,
          "Convert the model with --float, or have TensorFlow's converter quantize it and convert its int8 file.",
        );
      case 'boundary':
        throw unsupportedError('already-quantized', 'the model has QUANTIZE or DEQUANTIZE operators already');
    }
  }

  /** The node as it is, in float32; others read and write what goes through DEQUANTIZE in front and QUANTIZE behind. */
  #keepReal(node: Node): void {
    const inputs = node.inputs.map((id) => (id === undefined ? undefined : this.#real(id)));
    const outputs = node.outputs.map((id) => (this.#isReal(id) ? this.#defineReal(id) : id));
    for (const id of node.outputs) if (!this.#isReal(id)) this.#keepInteger(id);
    this.#add(nodeOf(node.kind, node.name, node.attributes, inputs, outputs));
    for (const [index, id] of node.outputs.entries()) {
      if (!this.#isReal(id)) continue;
      this.#defineActivation(id, this.#shared.get(id) ?? this.#calibrated(id));
      this.#add(nodeOf('quantize', node.name, {}, [outputs[index]], [id]));
    }
  }

  /** A value as float operators read it. */
  #real(id: ValueId): ValueId {
    const value = getValue(this.#graph, id);
    if (value.data !== undefined) this.#values.set(id, value);
    if (value.data !== undefined || !this.#isReal(id)) return id;
    const known = this.#reals.get(id);
    if (known !== undefined) return known;
    const twin = this.#defineReal(id);
    this.#add(nodeOf('dequantize', value.name, {}, [id], [twin]));
    return twin;
  }

  /** The float32 twin of an int8 value. */
  #defineReal(id: ValueId): ValueId {
    const { name, type } = getValue(this.#graph, id);
    const twin = this.#nextId++;
    this.#values.set(twin, { id: twin, name, type });
    this.#reals.set(id, twin);
    return twin;
  }

  /** Constant operands get parameters of their own range. */
  #unweighted(ids: readonly (ValueId | undefined)[]): (ValueId | undefined)[] {
    return ids.map((id) => {
      if (id === undefined) return undefined;
      const value = getValue(this.#graph, id);
      const { data } = value;
      if (data === undefined) return id;
      if (!(data instanceof Float32Array)) {
        this.#values.set(id, value);
        return id;
      }
      const quant = asymmetricParameters(rangeOf(data));
      return this.#defineConstant(value, 'int8', quant, quantizeConstant(data, quant));
    });
  }

  /** From the least to the greatest number that any of them can be. */
  #rangeOfAll(ids: readonly (ValueId | undefined)[]): Range {
    const ranges = ids
      .filter((id) => id !== undefined)
      .map((id) => {
        const { data } = getValue(this.#graph, id);
        return data instanceof Float32Array ? rangeOf(data) : representedRange(this.#quantOf(id));
      });
    return {
      min: Math.min(...ranges.map(({ min }) => min)),
      max: Math.max(...ranges.map(({ max }) => max)),
    };
  }

  /** All operands in these parameters, where there are any; one that has others goes through a QUANTIZE. */
  #inScale(node: Node, quant: PerTensorQuant | undefined): (ValueId | undefined)[] {
    if (quant === undefined) return this.#unweighted(node.inputs);
    return node.inputs.map((id) => {
      if (id === undefined || !this.#isReal(id)) return this.#unweighted([id])[0];
      const value = getValue(this.#graph, id);
      if (value.data instanceof Float32Array) {
        return this.#defineConstant(value, 'int8', quant, quantizeConstant(value.data, quant));
      }
      return sameQuant(this.#quantOf(id), quant) ? id : this.#rescale(id, quant);
    });
  }

  /** The same value in other parameters, made once for all who want it. */
  #rescale(id: ValueId, quant: PerTensorQuant): ValueId {
    const key = `${id} ${quant.scale} ${quant.zeroPoint}`;
    const known = this.#rescaled.get(key);
    if (known !== undefined) return known;
    const { name, type } = getValue(this.#graph, id);
    const twin = this.#nextId++;
    this.#values.set(twin, { id: twin, name, type: { dtype: 'int8', shape: type.shape, quant } });
    this.#add(nodeOf('quantize', name, {}, [id], [twin]));
    this.#rescaled.set(key, twin);
    return twin;
  }

  #weighted(node: Node, rule: QuantRule & { rule: 'weighted' }): (ValueId | undefined)[] {
    const inputScale = (): number => this.#quantOf(node.inputs[0]).scale;
    const { weights, bias } = quantizeWeighted(this.#graph, node, rule, inputScale, this.#options);
    const inputs = [...node.inputs];
    inputs[rule.weights] = this.#defineConstant(weights.of, 'int8', weights.quant, weights.data);
    if (bias !== undefined) {
      inputs[rule.bias] = this.#defineConstant(bias.of, 'int32', bias.quant, bias.data);
    }
    return inputs;
  }
}
