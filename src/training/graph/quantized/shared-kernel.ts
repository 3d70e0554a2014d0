/**
 * The integer kernel of an operator whose scales change while it is trained: they lie in the memory of the training, and each
 * thread builds the kernel of what it finds there.
 */

import { type PerTensorQuant, perTensor } from '../../../core/quant-params.ts';
import type { TensorData, TensorType } from '../../../core/tensor.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../../../ir/graph.ts';
import type { Address } from '../../../kernels/training/kernels.ts';
import { kernelOf } from '../../../ops/kernel-of.ts';
import type { AnyKernel, AnyLoop } from '../../../ops/op.ts';
import { type Run, view } from '../../compiled/run.ts';
import type { StepPlan } from '../../compiled/step-plan.ts';

/** A tensor of the operator: its scale and zero point, two floats, and its integers where it is a constant. */
interface SharedTensor {
  readonly id: ValueId;
  readonly at: Address;
  readonly constant: Address | undefined;
}

const QUANT_WORDS = 2;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Versions are float32, which counts to 2^24, and begin anew. */
const VERSIONS = 2 ** 20;

/** With the scales of one version. */
interface Built {
  readonly version: number;
  readonly loop: AnyLoop;
}

export class SharedKernel {
  readonly #node: Node;
  readonly #kernel: AnyKernel;
  readonly #inputs: readonly (TensorType | undefined)[];
  readonly #outputs: readonly TensorType[];
  readonly #shared: readonly SharedTensor[];
  readonly #version: Address;
  /** Integers of every other operand that is known. */
  readonly #known: readonly (TensorData | undefined)[];
  #graph: Graph;
  #versions = 1;
  #built: Built | undefined;

  constructor(plan: StepPlan, node: Node, int8: Graph) {
    this.#node = node;
    this.#graph = int8;
    this.#inputs = inputTypes(int8, node);
    this.#outputs = outputTypes(int8, node);
    this.#kernel = kernelOf(node.kind, this.#inputs[0]?.dtype) as AnyKernel;
    this.#known = node.inputs.map((id) => (id === undefined ? undefined : getValue(int8, id).data));
    this.#version = plan.reserve(1);
    const ids = new Set([...node.inputs, ...node.outputs]);
    this.#shared = [...ids].flatMap((id): readonly SharedTensor[] => {
      if (id === undefined) return [];
      const { type, data } = getValue(int8, id);
      if (type.quant?.scheme !== 'per-tensor') return [];
      const at = plan.reserve(QUANT_WORDS);
      const constant =
        data instanceof Int8Array ? plan.reserve(Math.ceil(data.length / FLOAT_BYTES)) : undefined;
      return [{ id, at, constant }];
    });
  }

  /** Takes the scales of another graph. On the thread that decides them. */
  refresh(int8: Graph): void {
    this.#graph = int8;
    this.#versions = (this.#versions % VERSIONS) + 1;
  }

  /** Puts them where all threads find them. On one thread, before the kernel runs. */
  publish(run: Run): void {
    const version = view(run, this.#version, 1);
    if (version[0] === this.#versions) return;
    version[0] = this.#versions;
    for (const { id, at, constant } of this.#shared) {
      const { type, data } = getValue(this.#graph, id);
      const { scale, zeroPoint } = type.quant as PerTensorQuant;
      view(run, at, QUANT_WORDS).set([scale, zeroPoint]);
      if (constant !== undefined) this.#codes(run, constant, data as Int8Array).set(data as Int8Array);
    }
  }

  /** The scale of one of its tensors, on any thread. */
  quant(run: Run, id: ValueId): PerTensorQuant {
    const { at } = this.#shared.find((tensor) => tensor.id === id) as SharedTensor;
    const [scale, zeroPoint] = view(run, at, QUANT_WORDS);
    return perTensor(scale, zeroPoint);
  }

  /** The integers of an operand that is known, on any thread. */
  constant(run: Run, position: number): TensorData | undefined {
    const known = this.#known[position];
    const tensor = this.#shared.find(({ id }) => id === this.#node.inputs[position]);
    if (tensor?.constant === undefined) return known;
    return this.#codes(run, tensor.constant, known as Int8Array);
  }

  #codes({ floats }: Run, address: Address, { length }: Int8Array): Int8Array {
    return new Int8Array(floats.buffer, address, length);
  }

  /** With the scales that were published last, on any thread. */
  loop(run: Run): AnyLoop {
    const [version] = view(run, this.#version, 1);
    if (this.#built?.version !== version) this.#built = { version, loop: this.#build(run) };
    return this.#built.loop;
  }

  #build(run: Run): AnyLoop {
    const present = (type: TensorType | undefined, id: ValueId | undefined): TensorType | undefined => {
      const isShared = this.#shared.some((tensor) => tensor.id === id);
      return type === undefined || id === undefined || !isShared
        ? type
        : { ...type, quant: this.quant(run, id) };
    };
    const inputs = this.#inputs.map((type, index) => present(type, this.#node.inputs[index]));
    const outputs = this.#outputs.map(
      (type, index) => present(type, this.#node.outputs[index]) as TensorType,
    );
    return this.#kernel.build(this.#kernel.prepare(this.#node.attributes, inputs, outputs));
  }
}
