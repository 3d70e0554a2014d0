/** An int8 network as the text that `peers/invoke_xnnpack.cc` reads. */

import type { QuantParams } from '../../../src/core/quant-params.ts';
import type { Shape } from '../../../src/core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../src/ir/graph.ts';
import { type FusedActivation, floatClamp } from '../../../src/ops/fused-activation.ts';
import { marginsOf, requireImage, type Sliding } from '../../../src/ops/window.ts';

/** Numbers of float32 that stand for no limit. */
const NO_LIMIT = 3e38;

function limitsOf(activation: FusedActivation): readonly number[] {
  const { min, max } = floatClamp(activation);
  return [Math.max(min, -NO_LIMIT), Math.min(max, NO_LIMIT)];
}

function listed(values: ArrayLike<number>): readonly number[] {
  return [values.length, ...Array.from(values)];
}

function quantText(
  quant: QuantParams,
): readonly [zeroPoint: number, scales: readonly number[], axis: number] {
  return quant.scheme === 'per-tensor'
    ? [quant.zeroPoint, [quant.scale], 0]
    : [0, [...quant.scales], quant.axis];
}

/** What the program computes of the graph: all of it but a SOFTMAX at the end, which XNNPACK does not have for int8. */
export function withoutSoftmax(graph: Graph): Graph {
  const last = graph.nodes.at(-1);
  const input = last?.kind === 'softmax' ? last.inputs[0] : undefined;
  return input === undefined ? graph : { ...graph, nodes: graph.nodes.slice(0, -1), outputs: [input] };
}

/** Rows as pixels, so that a dense layer with scales of its channels may be a convolution. */
function asImage([rows, columns]: Shape): Shape {
  return [rows, 1, 1, columns];
}

/** No padding, strides and dilations of one. */
const POINTWISE = [0, 0, 0, 0, 1, 1, 1, 1] as const;

class NetworkWriter {
  readonly #graph: Graph;
  /** Values in other shapes are the values that they are made of. */
  readonly #same = new Map<ValueId, ValueId>();
  readonly #values: string[] = [];
  readonly #numbers = new Map<ValueId, number>();
  readonly #nodes: string[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Undefined where an operator is none of those that the program has. */
  write(): string | undefined {
    for (const node of this.#graph.nodes) if (!this.#add(node)) return undefined;
    const [input, output] = [...this.#graph.inputs, ...this.#graph.outputs].map((id) => this.#number(id));
    const [values, nodes] = [this.#values, this.#nodes];
    return [values.length, input, output, ...values, nodes.length, ...nodes].join('\n');
  }

  #source(id: ValueId): ValueId {
    return this.#same.get(id) ?? id;
  }

  #shapeOf(id: ValueId | undefined): Shape {
    return id === undefined ? [] : getValue(this.#graph, this.#source(id)).type.shape;
  }

  /** The place of a value in the text. */
  #number(id: ValueId | undefined): number {
    if (id === undefined) throw new Error('XNNPACK needs a bias');
    const source = this.#source(id);
    const known = this.#numbers.get(source);
    if (known !== undefined) return known;
    const { type, data } = getValue(this.#graph, source);
    const { dtype, shape, quant } = type;
    if (quant === undefined) throw new Error(`value ${source} is not quantized`);
    const isDenseFilter = data !== undefined && quant.scheme === 'per-tensor';
    const [zeroPoint, scales, axis] = quantText(quant);
    const values = data === undefined ? [] : Array.from(data as Int8Array | Int32Array);
    const words = [
      ...listed(shape.length === 2 && !isDenseFilter ? asImage(shape) : shape),
      dtype === 'int8' ? 8 : 32,
      zeroPoint,
      ...listed(scales),
      axis,
      ...listed(values),
    ];
    this.#numbers.set(source, this.#values.push(words.join(' ')) - 1);
    return this.#values.length - 1;
  }

  #push(kind: string, node: Node, activation: FusedActivation, ...rest: readonly number[]): true {
    const ends = [this.#number(node.inputs[0]), this.#number(node.outputs[0])];
    this.#nodes.push([kind, ...ends, ...limitsOf(activation), ...rest].join(' '));
    return true;
  }

  /** False where the program has no such operator. */
  #add(node: Node): boolean {
    const [input, filter, bias] = node.inputs;
    const inputShape = this.#shapeOf(input);
    const weights = (): number[] => [this.#number(filter), this.#number(bias)];
    switch (node.kind) {
      case 'reshape':
        this.#same.set(node.outputs[0], this.#source(input as ValueId));
        return true;
      case 'fully_connected':
        // Scales of its channels are a convolution's alone.
        return getValue(this.#graph, filter as ValueId).type.quant?.scheme === 'per-axis'
          ? this.#push('conv', node, node.attributes.activation, ...weights(), ...POINTWISE)
          : this.#push('dense', node, node.attributes.activation, ...weights());
      case 'conv_2d':
      case 'depthwise_conv_2d': {
        const [, height, width] = this.#shapeOf(filter);
        const sliding: Sliding = { ...node.attributes, filter: [height, width] };
        const { top, right, bottom, left } = marginsOf(sliding, requireImage('the input', inputShape));
        const geometry = [top, right, bottom, left, ...sliding.strides, ...sliding.dilations];
        const kind = node.kind === 'conv_2d' ? 'conv' : 'depthwise';
        return this.#push(kind, node, node.attributes.activation, ...weights(), ...geometry);
      }
      case 'mean':
        return node.attributes.axes.join() === '1,2' && this.#push('mean', node, 'none');
      case 'average_pool_2d':
        return (
          node.attributes.filter.join() === inputShape.slice(1, 3).join() &&
          this.#push('mean', node, node.attributes.activation)
        );
      default:
        return false;
    }
  }
}

/** Undefined where an operator is none of those that the program has. */
export function networkText(graph: Graph): string | undefined {
  return new NetworkWriter(graph).write();
}
