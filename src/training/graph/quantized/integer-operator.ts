/** An operator that is no sum of products, by its own integer kernel, over float32 values that stand for integers. */

import type { TensorData } from '../../../core/tensor.ts';
import type { Graph, Node, ValueId } from '../../../ir/graph.ts';
import type { Address } from '../../../kernels/training/kernels.ts';
import { type Clamp, floatClamp, fusedActivationSchema } from '../../../ops/fused-activation.ts';
import type { Run } from '../../compiled/run.ts';
import type { Slot, StepPlan } from '../../compiled/step-plan.ts';
import type { Operand } from '../operators/operator.ts';
import { type RangeWatch, type RoundedValue, reserveBytes } from './rounded-activations.ts';
import { SeenExtremes } from './seen-extremes.ts';
import { SharedKernel } from './shared-kernel.ts';

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** An operand or output: where its values and its codes lie, one sample after another. */
interface Coded {
  readonly id: ValueId;
  readonly slot: Slot;
  readonly codes: Address;
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

/** The samples of a batch, as one thread sees them. */
function rowsOf(
  run: Run,
  count: number,
  kernel: SharedKernel,
  read: readonly (Coded | undefined)[],
  made: Coded,
): readonly Row[] {
  const constants = read.map((_, position) => kernel.constant(run, position));
  return Array.from({ length: count }, (_, row) => ({
    inputs: read.map((operand, position) =>
      operand === undefined ? constants[position] : codesOf(run, operand, row),
    ),
    outputs: [codesOf(run, made, row)],
  }));
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
  const twin = int8.nodes.find(({ outputs }) => outputs[0] === outputId) as Node;
  const made: Coded = { id: outputId, slot: output, codes: reserveBytes(plan, output) };
  const read = operands.map((operand, index): Coded | undefined =>
    operand !== undefined && 'slot' in operand
      ? { id: twin.inputs[index] as ValueId, slot: operand.slot, codes: reserveBytes(plan, operand.slot) }
      : undefined,
  );
  const coded = read.filter((operand) => operand !== undefined);
  const kernel = new SharedKernel(plan, twin, int8);
  const cut = reserveBytes(plan, output);
  const seen = new SeenExtremes(plan);
  const { min, max } = limitsOf(node);
  let rows: readonly Row[] = [];
  plan.forward.add((run) => {
    kernel.publish(run);
    seen.clear(run);
  });
  plan.forward.addBySample((run, from, end) => {
    const { kernels } = run;
    const { scale, zeroPoint } = kernel.quant(run, outputId);
    const [count, first] = [(end - from) * output.size, from * output.size];
    const [low, high] = [
      Math.max(min, (-128.5 - zeroPoint) * scale),
      Math.min(max, (127.5 - zeroPoint) * scale),
    ];
    const values = output.address + first * FLOAT_BYTES;
    kernels.markOutside(values, count, low, high, cut + first, seen.of(from));
    for (const { id, slot, codes } of coded) {
      const quant = kernel.quant(run, id);
      const [own, at] = [(end - from) * slot.size, from * slot.size];
      kernels.encode(slot.address + at * FLOAT_BYTES, codes + at, own, quant.scale, quant.zeroPoint);
    }
    const loop = kernel.loop(run);
    if (rows[0]?.outputs[0].buffer !== run.floats.buffer) rows = rowsOf(run, plan.rows, kernel, read, made);
    for (let row = from; row < end; row++) loop.run(rows[row].inputs, rows[row].outputs);
    kernels.decode(made.codes + first, values, count, scale, zeroPoint);
  });
  plan.forward.add((run) => {
    const { least, most } = seen.join(run);
    watch.see(Math.max(min, least), Math.min(max, most));
  });
  return { slot: output, cut, refresh: (graph) => kernel.refresh(graph) };
}
