/** An operator that is no sum of products, by its own integer kernel, over float32 values that stand for integers. */

import type { PerTensorQuant } from '../../../core/quant-params.ts';
import { allocate, elementCount, type TensorData } from '../../../core/tensor.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes } from '../../../ir/graph.ts';
import { floatClamp, fusedActivationSchema } from '../../../ops/fused-activation.ts';
import { kernelOf } from '../../../ops/kernel-of.ts';
import type { AnyKernel } from '../../../ops/op.ts';
import { type Run, type Slot, type StepPlan, view } from '../../compiled/step-plan.ts';
import type { Operand } from '../operators/operator.ts';
import { type RangeWatch, type RoundedValue, reserveCuts } from './rounded-activations.ts';
import { quantOf } from './twin-graph.ts';

/** An operand or output: its codes of one sample, and where its values lie. */
interface Coded {
  readonly slot: Slot;
  readonly codes: Int8Array;
  quant: PerTensorQuant;
}

/** Made anew when ranges change. */
interface Kernel {
  run(inputs: readonly (TensorData | undefined)[], outputs: readonly TensorData[]): void;
}

function encode(run: Run, { slot, codes, quant: { scale, zeroPoint } }: Coded, row: number): void {
  const x = view(run, slot.address + row * slot.size * 4, slot.size);
  for (let i = 0; i < x.length; i++) codes[i] = Math.round(x[i] / scale) + zeroPoint;
}

function decode(run: Run, { slot, codes, quant: { scale, zeroPoint } }: Coded, row: number): void {
  const y = view(run, slot.address + row * slot.size * 4, slot.size);
  for (let i = 0; i < y.length; i++) y[i] = (codes[i] - zeroPoint) * scale;
}

export interface IntegerOperator extends RoundedValue {
  /** The same operator of a graph with other scales. */
  refresh(int8: Graph): void;
}

function limitsOf({ attributes }: Node): { readonly min: number; readonly max: number } {
  return floatClamp('activation' in attributes ? fusedActivationSchema.parse(attributes.activation) : 'none');
}

/** In place of what float32 made of one output, which tells where the value was cut off. */
export function integerOperator(
  plan: StepPlan,
  node: Node,
  output: Slot,
  operands: readonly (Operand | undefined)[],
  int8: Graph,
  watch: RangeWatch,
): IntegerOperator {
  const [outputId] = node.outputs;
  const made: Coded = { slot: output, codes: new Int8Array(output.size), quant: quantOf(int8, outputId) };
  const read = operands.map((operand, index): Coded | undefined =>
    operand !== undefined && 'slot' in operand
      ? {
          slot: operand.slot,
          codes: new Int8Array(operand.slot.size),
          quant: quantOf(int8, node.inputs[index] as number),
        }
      : undefined,
  );
  const coded = read.filter((operand) => operand !== undefined);
  let kernel: Kernel;
  let inputs: (TensorData | undefined)[];
  const refresh = (graph: Graph): void => {
    const twin = graph.nodes.find(({ outputs }) => outputs[0] === outputId) as Node;
    const types = inputTypes(graph, twin);
    const chosen = kernelOf(twin.kind, types[0]?.dtype) as AnyKernel;
    kernel = chosen.build(chosen.prepare(twin.attributes, types, outputTypes(graph, twin)));
    inputs = twin.inputs.map((id, index) =>
      id === undefined
        ? undefined
        : (read[index]?.codes ?? getValue(graph, id).data ?? allocate('int8', elementCount([]))),
    );
    for (const [index, operand] of read.entries()) {
      if (operand !== undefined) operand.quant = quantOf(graph, twin.inputs[index] as number);
    }
    made.quant = quantOf(graph, outputId);
  };
  refresh(int8);
  const cut = reserveCuts(plan, output);
  const { min, max } = limitsOf(node);
  plan.forward.push((run) => {
    const y = view(run, output.address, run.rows * output.size);
    const cuts = new Uint8Array(run.floats.buffer, cut, y.length);
    const { scale, zeroPoint } = made.quant;
    const [low, high] = [
      Math.max(min, (-128.5 - zeroPoint) * scale),
      Math.min(max, (127.5 - zeroPoint) * scale),
    ];
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0; i < y.length; i++) {
      if (y[i] < least) least = y[i];
      if (y[i] > most) most = y[i];
      cuts[i] = y[i] < low || y[i] > high ? 1 : 0;
    }
    watch.see(Math.max(min, least), Math.min(max, most));
    for (let row = 0; row < run.rows; row++) {
      for (const operand of coded) encode(run, operand, row);
      kernel.run(inputs, [made.codes]);
      decode(run, made, row);
    }
  });
  return { slot: output, cut, refresh };
}
