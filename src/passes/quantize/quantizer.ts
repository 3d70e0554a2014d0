/** The graph of integers, node by node. */

import { type TinymlError, unsupportedError } from '../../core/errors.ts';
import { type PerTensorQuant, perTensor } from '../../core/quant-params.ts';
import type { QuantizedDType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Graph, Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { CELL, HIDDEN } from '../../kernels/recurrent/lstm-shape.ts';
import { type OpKind, opOf } from '../../ops/index.ts';
import type { FixedOutputs, QuantRule } from '../../ops/op.ts';
import { leastScale } from './least-scale.ts';
import { type KnownTensors, Operands } from './operands.ts';
import { symmetricParameters } from './parameters.ts';
import { quantizeWeighted, type WeightedInput, type WeightedOptions } from './quantize-weighted.ts';
import { QuantizedValues } from './quantized-values.ts';
import { cellStateParameters, type LstmNode, quantizeLstm } from './recurrent/quantize-lstm.ts';
import type { ScaleRules } from './scale-rules.ts';
import { type SharedScales, shareScales } from './shared-scales.ts';
import type { HasScale } from './types/unscaled-nodes.ts';

/** What was decided of a float graph before its integers are made. */
export interface QuantizerPlan extends KnownTensors {
  /** Nodes that stay in float32, although they may have an integer form. */
  readonly real: ReadonlySet<Node>;
  readonly hasScale: HasScale;
  readonly scaleRules: ScaleRules;
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

/** Of operands that TFLM takes in int8 beside int16 ones. */
function int8Only(rule: QuantRule, operand: number): 'int8' | undefined {
  return rule.rule === 'free' && rule.int8Operands?.includes(operand) === true ? 'int8' : undefined;
}

export class Quantizer {
  readonly #graph: Graph;
  readonly #plan: QuantizerPlan;
  readonly #weighted: WeightedOptions;
  readonly #shared: SharedScales;
  readonly #made: QuantizedValues;
  readonly #operands: Operands;

  constructor(graph: Graph, plan: QuantizerPlan, weighted: WeightedOptions) {
    this.#graph = graph;
    this.#plan = plan;
    this.#weighted = weighted;
    this.#made = new QuantizedValues(graph);
    this.#operands = new Operands(graph, plan, this.#made);
    // What stays in float32 for want of a scale has none to share.
    const nodes =
      plan.activationScales === undefined ? graph.nodes : graph.nodes.filter((node) => !plan.real.has(node));
    this.#shared = shareScales({ ...graph, nodes }, plan.types, plan.scaleRules, (id) =>
      this.#operands.calibrated(id),
    );
  }

  /** Throws `unsupported` errors for ranges and operators that no kernel of integers computes. */
  run(): Graph {
    for (const id of this.#graph.inputs) {
      if (!this.#made.isReal(id)) this.#made.keepInteger(id);
      else if (this.#plan.hasScale(id)) this.#define(id, this.#operands.calibrated(id));
      else this.#made.keepReal(id);
    }
    for (const node of this.#graph.nodes) {
      if (this.#plan.real.has(node)) continue;
      if (node.kind === 'unidirectional_sequence_lstm') this.#defineStates(node);
      if (node.kind === 'assign_variable') this.#defineVariable(node);
    }
    for (const node of this.#graph.nodes) this.#quantizeNode(node);
    return this.#made.graph();
  }

  #define(id: ValueId, quant: PerTensorQuant): void {
    this.#made.define(id, { dtype: this.#plan.types(id), quant });
  }

  /** As sharing decided, or else by itself. */
  #parametersOf(id: ValueId): PerTensorQuant {
    return this.#shared.get(id) ?? this.#operands.calibrated(id);
  }

  /** Before anything is assigned to them. The kernel copies the hidden state into its output. */
  #defineStates({ inputs, outputs: [output] }: LstmNode): void {
    const [hidden, cell] = [inputs[HIDDEN] as ValueId, inputs[CELL] as ValueId];
    this.#made.define(hidden, { dtype: this.#plan.types(output), quant: this.#parametersOf(output) });
    this.#made.define(cell, {
      dtype: 'int16',
      quant: cellStateParameters(this.#operands.rangeOf(cell)),
    });
  }

  /** A variable that is read somewhere has the parameters of what is assigned to it, where it has none yet. */
  #defineVariable({ inputs }: NodeOf<'assign_variable'>): void {
    const [state, value] = inputs as readonly [ValueId, ValueId];
    if (!this.#isRead(state) || this.#made.has(state) || !this.#made.isReal(state)) return;
    const dtype = this.#plan.types(value);
    const producer = this.#graph.nodes.find(({ outputs }) => outputs.includes(value));
    const rule = producer && opOf(producer.kind).quantRule;
    const quant =
      producer !== undefined && rule?.rule === 'fixed-output'
        ? fixedParameters(producer.kind, rule.outputs, dtype)
        : this.#parametersOf(value);
    this.#made.define(state, { dtype, quant });
  }

  #isRead(state: ValueId): boolean {
    return this.#graph.nodes.some(({ kind, inputs: [read] }) => kind === 'read_variable' && read === state);
  }

  #quantizeNode(node: Node): void {
    const { quantRule } = opOf(node.kind);
    if (quantRule.rule === 'real' || this.#plan.real.has(node)) this.#keepReal(node);
    else if (node.kind === 'assign_variable') this.#assign(node);
    else if (node.kind === 'read_variable') this.#read(node);
    else this.#makeInteger(node, quantRule);
  }

  #makeInteger(node: Node, quantRule: Exclude<QuantRule, { rule: 'real' }>): void {
    const inputs = this.#quantizeInputs(node, quantRule, this.#plan.types(node.outputs[0]));
    for (const id of node.outputs) {
      if (this.#made.isReal(id)) this.#define(id, this.#outputQuant(node.kind, quantRule, inputs, id));
      else this.#made.keepInteger(id);
    }
    this.#made.add(nodeOf(node.kind, node.name, node.attributes, inputs, node.outputs));
  }

  #quantizeInputs(node: Node, quantRule: QuantRule, dtype: QuantizedDType): (ValueId | undefined)[] {
    switch (quantRule.rule) {
      case 'weighted':
        return this.#quantizeWeighted(node, quantRule, dtype);
      case 'recurrent':
        return this.#quantizeRecurrent(node as LstmNode, dtype);
      case 'same-as-output':
        return this.#inScale(node, dtype, this.#shared.get(node.outputs[0]));
      case 'symmetric-inputs': {
        const range = this.#operands.rangeOfAll(node.inputs, dtype);
        return this.#inScale(node, dtype, symmetricParameters(range, dtype));
      }
      default:
        return node.inputs.map((id, operand) =>
          this.#operands.inType(id, int8Only(quantRule, operand) ?? dtype),
        );
    }
  }

  /** All operands in these parameters, where there are any. */
  #inScale(node: Node, dtype: QuantizedDType, quant: PerTensorQuant | undefined): (ValueId | undefined)[] {
    return node.inputs.map((id) =>
      quant === undefined
        ? this.#operands.inType(id, dtype)
        : this.#operands.inParameters(id, { dtype, quant }),
    );
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
        const { scale, zeroPoint } = this.#parametersOf(output);
        const scales = inputs.map((id) => this.#made.largestScale(id));
        return perTensor(Math.max(scale, leastScale(kind, scales)), zeroPoint);
      }
      case 'same-as-output':
      case 'recurrent':
        return this.#parametersOf(output);
      case 'same-as-input':
        return this.#made.typeOf(inputs[0]).quant;
      case 'fixed-output':
        return fixedParameters(kind, rule.outputs, this.#plan.types(output));
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
    const { hasScale } = this.#plan;
    const inputs = node.inputs.map((id) => (id === undefined ? undefined : made.real(id)));
    const outputs = node.outputs.map((id) => (made.isReal(id) && hasScale(id) ? made.defineReal(id) : id));
    for (const id of node.outputs) {
      if (!made.isReal(id)) made.keepInteger(id);
      else if (!hasScale(id)) made.keepReal(id);
    }
    made.add(nodeOf(node.kind, node.name, node.attributes, inputs, outputs));
    for (const [index, id] of node.outputs.entries()) {
      if (!made.isReal(id) || !hasScale(id)) continue;
      this.#define(id, this.#parametersOf(id));
      made.add(nodeOf('quantize', node.name, {}, [outputs[index]], [id]));
    }
  }

  /** In the type and the parameters of the state, which are known. */
  #assign(node: NodeOf<'assign_variable'>): void {
    const [state, value] = node.inputs as readonly [ValueId, ValueId];
    if (!this.#made.isReal(state) || !this.#made.has(state)) throw noInt8Form(node.kind);
    const type = this.#made.typeOf(state);
    const assigned = this.#operands.inParameters(value, type);
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

  /** The first operand, which both kinds of weighted operators compute with their constants. */
  #firstInput(inputs: (ValueId | undefined)[], dtype: QuantizedDType): WeightedInput {
    inputs[0] = this.#operands.inType(inputs[0], dtype);
    return { dtype, scale: this.#made.typeOf(inputs[0]).quant.scale };
  }

  #quantizeRecurrent(node: LstmNode, dtype: QuantizedDType): (ValueId | undefined)[] {
    const inputs = [...node.inputs];
    const inputOf = (): WeightedInput => this.#firstInput(inputs, dtype);
    for (const constant of quantizeLstm(this.#graph, node, inputOf, this.#weighted)) {
      const { operand, of, dtype: own, quant, data } = constant;
      inputs[operand] = this.#made.constant(of, own, quant, data);
    }
    return inputs;
  }

  #quantizeWeighted(
    node: Node,
    rule: QuantRule & { rule: 'weighted' },
    dtype: QuantizedDType,
  ): (ValueId | undefined)[] {
    const inputs = [...node.inputs];
    const inputOf = (): WeightedInput => this.#firstInput(inputs, dtype);
    const { weights, bias } = quantizeWeighted(this.#graph, node, rule, inputOf, this.#weighted);
    inputs[rule.weights] = this.#made.constant(weights.of, weights.dtype, weights.quant, weights.data);
    if (bias !== undefined) {
      const type = bias.data instanceof Int32Array ? 'int32' : 'int64';
      inputs[rule.bias] = this.#made.constant(bias.of, type, bias.quant, bias.data);
    }
    return inputs;
  }
}
