/**
 * BATCH_MATMUL of two computed factors as FULLY_CONNECTED, matrix by matrix: the columns of the second factor are units. The
 * Arduino libraries lack BATCH_MATMUL; their FULLY_CONNECTED reads its weights when it runs, whoever wrote them (`Prepare` and
 * `Eval` of `cmsis_nn/fully_connected.cpp` in both), but asserts that those of integers have zero point 0. So a second factor that
 * has another one is rounded to a scale without; all else stays: with zero point 0 every byte is that of BATCH_MATMUL.
 */

import { type PerTensorQuant, perTensor } from '../../core/quant-params.ts';
import { elementCount, QUANTIZED_LIMITS, type Shape, type TensorType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, NodeOf, ValueId } from '../../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import { operandIndex, operandSteps } from '../../kernels/broadcast.ts';
import type { Pass } from '../pass.ts';

/** Of more matrices than this a model becomes too large for any board. */
const MOST_MATRICES = 256;

const { min: LEAST, max: MOST } = QUANTIZED_LIMITS.int8;

/** The same numbers, or as many steps more for each as zero point 0 asks for. */
function withoutZeroPoint({ scale, zeroPoint }: PerTensorQuant): PerTensorQuant {
  const furthest = Math.max(MOST - zeroPoint, zeroPoint - LEAST);
  return perTensor((scale * furthest) / MOST, 0);
}

/** Nodes that come before the products, as they are made. */
class Preparation {
  readonly nodes: Node[] = [];
  readonly #rewrite: Rewrite;
  readonly #name: string;

  constructor(rewrite: Rewrite, name: string) {
    this.#rewrite = rewrite;
    this.#name = name;
  }

  #fresh(from: ValueId, shape: Shape, quant?: PerTensorQuant): ValueId {
    const type = this.#rewrite.type(from);
    const scaled: TensorType = quant === undefined ? type : { ...type, quant };
    return this.#rewrite.fresh(this.#name, { ...scaled, shape });
  }

  #shapeOf(id: ValueId): Shape {
    return this.#rewrite.type(id).shape;
  }

  /** Zero point 0, where there is one. */
  symmetric(from: ValueId): ValueId {
    const { quant, shape } = this.#rewrite.type(from);
    if (quant?.scheme !== 'per-tensor' || quant.zeroPoint === 0) return from;
    const to = this.#fresh(from, shape, withoutZeroPoint(quant));
    this.nodes.push(nodeOf('quantize', this.#name, {}, [from], [to]));
    return to;
  }

  /** The last two axes change places. */
  transposed(from: ValueId): ValueId {
    const shape = this.#shapeOf(from);
    const [rows, columns] = shape.slice(-2);
    const axes = shape.map((_, axis) => axis);
    const permutation = [...axes.slice(0, -2), shape.length - 1, shape.length - 2];
    const to = this.#fresh(from, [...shape.slice(0, -2), columns, rows]);
    this.nodes.push(nodeOf('transpose', this.#name, { permutation }, [from], [to]));
    return to;
  }

  reshaped(from: ValueId, newShape: Shape): ValueId {
    if (this.#shapeOf(from).length === newShape.length) return from;
    const to = this.#fresh(from, newShape);
    this.nodes.push(nodeOf('reshape', this.#name, { newShape }, [from], [to]));
    return to;
  }

  /** Each by itself, [rows, columns], in the order in which they lie. */
  matrices(from: ValueId): readonly ValueId[] {
    const shape = this.#shapeOf(from);
    const own = shape.slice(-2);
    const count = elementCount(shape.slice(0, -2));
    if (count === 1) return [this.reshaped(from, own)];
    const stack = this.reshaped(from, [count, ...own]);
    const each = Array.from({ length: count }, () => this.#fresh(from, own));
    this.nodes.push(nodeOf('unpack', this.#name, { axis: 0 }, [stack], each));
    return each;
  }

  /** All of them as one value that is there already. */
  join(matrices: readonly ValueId[], output: ValueId): void {
    const newShape = this.#shapeOf(output);
    const stack = [matrices.length, ...this.#shapeOf(matrices[0])];
    const isStack = newShape.length === stack.length;
    const packed = isStack ? output : this.#fresh(output, stack);
    this.nodes.push(nodeOf('pack', this.#name, { axis: 0 }, matrices, [packed]));
    if (!isStack) this.nodes.push(nodeOf('reshape', this.#name, { newShape }, [packed], [output]));
  }
}

function isComputedHere(type: TensorType): boolean {
  return type.dtype === 'float32' || (type.dtype === 'int8' && type.quant?.scheme === 'per-tensor');
}

/** Which matrix of a factor goes into each of the output, whose leading axes are `counts`. */
function matrixOf(shape: Shape, counts: Shape): (at: number) => number {
  const index = operandIndex(counts, operandSteps(shape.slice(0, -2), counts));
  return (at) => index?.[at] ?? at;
}

function asDense(rewrite: Rewrite, node: NodeOf<'batch_matmul'>): boolean {
  const [a, b] = node.inputs as readonly [ValueId, ValueId];
  const [output] = node.outputs;
  const type = rewrite.type(output);
  const counts = type.shape.slice(0, -2);
  if (elementCount(counts) > MOST_MATRICES || ![a, b, output].every((id) => isComputedHere(rewrite.type(id))))
    return false;

  const preparation = new Preparation(rewrite, node.name);
  const { nodes } = preparation;
  const rows = node.attributes.adjX ? preparation.transposed(a) : a;
  const symmetric = preparation.symmetric(b);
  const units = preparation.matrices(node.attributes.adjY ? symmetric : preparation.transposed(symmetric));
  const product = (input: ValueId, weights: ValueId, result: ValueId, keepNumDims: boolean): void => {
    const attributes = { activation: 'none', keepNumDims } as const;
    nodes.push(nodeOf('fully_connected', node.name, attributes, [input, weights], [result]));
  };
  if (units.length === 1 && rewrite.type(rows).shape.length === type.shape.length) {
    product(rows, units[0], output, type.shape.length > 2);
  } else {
    const inputs = preparation.matrices(rows);
    const [ofA, ofB] = [rows, b].map((id) => matrixOf(rewrite.type(id).shape, counts));
    const results = Array.from({ length: elementCount(counts) }, () =>
      rewrite.fresh(node.name, { ...type, shape: type.shape.slice(-2) }),
    );
    for (const [at, result] of results.entries()) product(inputs[ofA(at)], units[ofB(at)], result, false);
    preparation.join(results, output);
  }
  rewrite.replace(node, ...nodes);
  return true;
}

/** Before quantization: second factors that are computed get zero point 0, where it costs nobody else. */
export const symmetricProducts: Pass = {
  name: 'symmetric-products',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      if (node.kind !== 'batch_matmul' || node.attributes.secondFactor !== undefined) return false;
      rewrite.replace(node, nodeWith(node, { attributes: { secondFactor: 'symmetric' } }));
      return true;
    }),
};

export const productsAsDense: Pass = {
  name: 'products-as-dense',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => node.kind === 'batch_matmul' && asDense(rewrite, node)),
};
