/** An operator that is no sum of products, by its own integer kernel, over float32 values that stand for integers. */

import type { PerTensorQuant } from '../../../core/quant-params.ts';
import { allocate, elementCount, type TensorData } from '../../../core/tensor.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes } from '../../../ir/graph.ts';
import type { Address } from '../../../kernels/training/kernels.ts';
import { type Clamp, floatClamp, fusedActivationSchema } from '../../../ops/fused-activation.ts';
import { kernelOf } from '../../../ops/kernel-of.ts';
import type { AnyKernel } from '../../../ops/op.ts';
import { type Run, view } from '../../compiled/run.ts';
import type { Slot, StepPlan } from '../../compiled/step-plan.ts';
import type { Operand } from '../operators/operator.ts';
import { type RangeWatch, type RoundedValue, reserveBytes } from './rounded-activations.ts';
import { quantOf } from './twin-graph.ts';

/** An operand or output: where its values and its codes lie, one sample after another. */
interface Coded {
  readonly slot: Slot;
  readonly codes: Address;
  quant: PerTensorQuant;
}

/** Made anew when ranges change. */
interface Kernel {
  run(inputs: readonly (TensorData | undefined)[], outputs: readonly TensorData[]): void;
}

/** What the kernel reads and writes of one sample. */
interface Row {
  readonly inputs: readonly (TensorData | undefined)[];
  readonly outputs: readonly TensorData[];
}

function codesOf({ floats }: Run, { slot, codes }: Coded, row: number): Int8Array {
  return new Int8Array(floats.buffer, codes + row * slot.size, slot.size);
}

export interface IntegerOperator extends RoundedValue {
  /** The same operator of a graph with other scales. */
  refresh(int8: Graph): void;
}

/** Of the activation that is fused into an operator. */
export function limitsOf({ attributes }: Node): Clamp {
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
  const made: Coded = { slot: output, codes: reserveBytes(plan, output), quant: quantOf(int8, outputId) };
  const read = operands.map((operand, index): Coded | undefined =>
    operand !== undefined && 'slot' in operand
      ? {
          slot: operand.slot,
          codes: reserveBytes(plan, operand.slot),
          quant: quantOf(int8, node.inputs[index] as number),
        }
      : undefined,
  );
  const coded = read.filter((operand) => operand !== undefined);
  let kernel: Kernel;
  let constants: readonly (TensorData | undefined)[];
  let rows: readonly Row[] = [];
  const refresh = (graph: Graph): void => {
    const twin = graph.nodes.find(({ outputs }) => outputs[0] === outputId) as Node;
    const types = inputTypes(graph, twin);
    const chosen = kernelOf(twin.kind, types[0]?.dtype) as AnyKernel;
    kernel = chosen.build(chosen.prepare(twin.attributes, types, outputTypes(graph, twin)));
    constants = twin.inputs.map((id) =>
      id === undefined ? undefined : (getValue(graph, id).data ?? allocate('int8', elementCount([]))),
    );
    rows = [];
    for (const [index, operand] of read.entries()) {
      if (operand !== undefined) operand.quant = quantOf(graph, twin.inputs[index] as number);
    }
    made.quant = quantOf(graph, outputId);
  };
  refresh(int8);
  const cut = reserveBytes(plan, output);
  const seen = plan.reserve(2);
  const { min, max } = limitsOf(node);
  const rowsOf = (run: Run): readonly Row[] => {
    if (rows[0]?.outputs[0].buffer === run.floats.buffer) return rows;
    rows = Array.from({ length: plan.rows }, (_, row) => ({
      inputs: constants.map((constant, index) => {
        const operand = read[index];
        return operand === undefined ? constant : codesOf(run, operand, row);
      }),
      outputs: [codesOf(run, made, row)],
    }));
    return rows;
  };
  plan.forward.add((run) => {
    const { kernels } = run;
    const { scale, zeroPoint } = made.quant;
    const count = run.rows * output.size;
    const [low, high] = [
      Math.max(min, (-128.5 - zeroPoint) * scale),
      Math.min(max, (127.5 - zeroPoint) * scale),
    ];
    kernels.markOutside(output.address, count, low, high, cut, seen);
    const [least, most] = view(run, seen, 2);
    watch.see(Math.max(min, least), Math.min(max, most));
    for (const { slot, codes, quant } of coded) {
      kernels.encode(slot.address, codes, run.rows * slot.size, quant.scale, quant.zeroPoint);
    }
    const samples = rowsOf(run);
    for (let row = 0; row < run.rows; row++) kernel.run(samples[row].inputs, samples[row].outputs);
    kernels.decode(made.codes, output.address, count, scale, zeroPoint);
  });
  return { slot: output, cut, refresh };
}
