/**
 * Runs a graph: every node prepared once, every value placed once in one memory. int8 graphs give the bytes that
 * TensorFlow Lite Micro's reference kernels give.
 */

import { type TinymlError, unsupportedError, usageError, withErrorContext } from '../core/errors.ts';
import { counted } from '../core/figure-text.ts';
import { bytesOf, elementCount, type TensorData, type TensorType, tensorAt } from '../core/tensor.ts';
import {
  type Graph,
  getValue,
  inputTypes,
  type Node,
  outputTypes,
  resetByte,
  type ValueId,
} from '../ir/graph.ts';
import type { Address, InferenceKernels, SimdPlan } from '../kernels/simd/simd-plan.ts';
import { desktopKernel } from '../ops/desktop-kernel.ts';
import { kernelOf } from '../ops/kernel-of.ts';
import type { AnyKernel } from '../ops/op.ts';
import { type Linkable, linkRuns } from './linked-runs.ts';
import { type Placement, placeValues } from './place-values.ts';
import { createSimdMemory, refineConstants, type SimdMemory } from './tensor-memory.ts';

type Observe = (id: ValueId, data: TensorData) => void;

/** A graph ready to run. */
export interface Interpreter {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /**
   * One inference; states go on from where the one before it left them. `inputs` are copied in; the arrays returned belong to the interpreter and hold until the next
   * call. `onValue` sees every graph input and every node output as it is computed; later nodes write over it. `onState` sees
   * states of float32 that change from step to step within an operator, after each step.
   */
  invoke(inputs: readonly TensorData[], onValue?: Observe, onState?: Observe): readonly TensorData[];
  /**
   * The nodes from index `first` on once more, on what the call before left of all others; with `keepsValues` alone, and not
   * for graphs with states.
   */
  resume(first: number, onValue?: Observe): readonly TensorData[];
  /** Makes all states what TFLM's `Reset` makes them. A new interpreter has no need of it. */
  reset(): void;
}

export interface InterpreterOptions {
  /** WebAssembly SIMD where there is one of an operator and the machine has it, or plain loops; the same bytes. */
  readonly kernels?: 'simd' | 'plain';
  /** float32 sums in the order of TFLM, or of TensorFlow Lite on x86, where TensorFlow calibrates; `tflm` where nothing is said. */
  readonly sums?: 'tflm' | 'desktop';
  /** What `onValue` is shown holds until the next call, as outputs do. */
  readonly keepsValues?: boolean;
}

/** A node whose kernel has been prepared: for SIMD where there is a plan, else as a plain loop. */
interface Step {
  readonly node: Node;
  readonly kernel: AnyKernel;
  readonly prepared: unknown;
  readonly plan: SimdPlan | undefined;
}

interface Instruction extends Linkable {
  readonly outputs: readonly TensorData[];
  readonly outputIds: readonly ValueId[];
}

/** The kernel that input 0's type selects. */
function requireKernel(graph: Graph, node: Node): AnyKernel {
  const dtype = inputTypes(graph, node)[0]?.dtype;
  const kernel = kernelOf(node.kind, dtype);
  if (kernel === undefined) {
    throw unsupportedError(
      'no-kernel',
      `${node.kind.toUpperCase()} "${node.name}" has no kernel for ${dtype}`,
    );
  }
  return kernel;
}

type Kernels = Required<Pick<InterpreterOptions, 'kernels' | 'sums'>>;

/** In another order where that is asked for, and there is one. */
function chosenKernel(graph: Graph, node: Node, sums: Kernels['sums']): AnyKernel {
  const kernel = requireKernel(graph, node);
  const isFloat = inputTypes(graph, node)[0]?.dtype === 'float32';
  return (sums === 'desktop' && isFloat ? desktopKernel(node.kind) : undefined) ?? kernel;
}

function prepareStep(graph: Graph, node: Node, { kernels, sums }: Kernels): Step {
  const kernel = chosenKernel(graph, node, sums);
  const outputs = outputTypes(graph, node);
  const prepared = kernel.prepare(node.attributes, inputTypes(graph, node), outputs);
  const operands = node.inputs.map((id) =>
    id === undefined ? undefined : (getValue(graph, id).data ?? 'computed'),
  );
  const plan = kernels === 'simd' ? kernel.simd?.(prepared, operands, outputs) : undefined;
  return { node, kernel, prepared, plan };
}

/** Inferences before kernels are linked and constants refined, which takes as long as it then spares in some hundreds. */
export const LINKED_AFTER = 1000;

function bindPlan(
  { node }: Step,
  plan: SimdPlan,
  memory: SimdMemory,
  offsets: Placement['offsets'],
  onState: (position: number) => void,
) {
  const places = {
    inputs: node.inputs.flatMap((id) => (id === undefined ? [] : (offsets.get(id) ?? []))),
    outputs: node.outputs.map((id) => offsets.get(id) as Address),
    constants: memory.constants.get(plan) as readonly Address[],
    scratch: memory.scratch,
    buffer: memory.buffer,
    onState,
  };
  const run = plan.bind(memory.kernels, places);
  return plan.withScript
    ? { run }
    : { run, call: (kernels: InferenceKernels) => plan.bind(kernels, places)() };
}

function wrongInput(graph: Graph, index: number, record: TensorData | undefined): TinymlError {
  const { name, type } = getValue(graph, graph.inputs[index]);
  const given =
    record === undefined ? 'nothing' : `${counted(record.length, 'value')} in a ${record.constructor.name}`;
  return usageError(
    'wrong-input',
    `Input ${index} (${JSON.stringify(name)}) takes ${counted(elementCount(type.shape), 'value')} of ${type.dtype} and was given ${given}`,
  );
}

/** Prepares every operator and places all values in one memory. Throws `unsupported` errors for what has no kernel. */
export function createInterpreter(
  graph: Graph,
  { kernels = 'simd', sums = 'tflm', keepsValues = false }: InterpreterOptions = {},
): Interpreter {
  const { offsets, bytes } = placeValues(graph, keepsValues);
  const addressOf = (id: ValueId): Address => offsets.get(id) as Address;
  const steps = graph.nodes.map((node) => prepareStep(graph, node, { kernels, sums }));
  const plans = steps.flatMap(({ plan }) => plan ?? []);
  const memory = plans.length === 0 ? undefined : createSimdMemory(bytes, plans);
  const buffer = memory?.buffer ?? new ArrayBuffer(bytes);

  const storage = new Map<ValueId, TensorData>();
  for (const { id, type, data } of graph.values.values()) {
    if (data !== undefined) storage.set(id, data);
    else if (offsets.has(id)) storage.set(id, tensorAt(type, buffer, addressOf(id)));
  }
  const stored = (id: ValueId): TensorData => storage.get(id) as TensorData;

  let observeState: Observe | undefined;
  const instructions = steps.map((step): Instruction => {
    const { node, kernel, prepared, plan } = step;
    const outputs = node.outputs.map(stored);
    const instruction = { outputs, outputIds: node.outputs };
    const inputs = node.inputs.map((id) => (id === undefined ? undefined : stored(id)));
    const tell = (position: number): void =>
      observeState?.(node.inputs[position] as ValueId, inputs[position] as TensorData);
    if (memory !== undefined && plan !== undefined) {
      return { ...instruction, ...bindPlan(step, plan, memory, offsets, tell) };
    }
    const loop = kernel.build(prepared);
    const compute = (): void => loop.run(inputs, outputs, tell);
    // Some refuse elements: a divisor of 0.
    const place = `${node.kind.toUpperCase()} "${node.name}"`;
    return { ...instruction, run: () => withErrorContext(place, compute) };
  });
  const inputs = graph.inputs.map(stored);
  const outputs = graph.outputs.map(stored);
  const states = [...graph.values.values()].filter(({ state }) => state !== undefined);
  const reset = (): void => {
    for (const { id, type } of states) bytesOf(stored(id)).fill(resetByte(type));
  };
  reset();
  const runFrom = (first: number, onValue?: Observe): readonly TensorData[] => {
    for (let index = first; index < instructions.length; index++) {
      const { run, outputs: results, outputIds } = instructions[index];
      run();
      if (onValue !== undefined) for (const [output, id] of outputIds.entries()) onValue(id, results[output]);
    }
    return outputs;
  };
  let inferences = 0;
  let linked: readonly Instruction['run'][] | undefined;
  /** What CALL_ONCE does: in the first inference and never again, whatever has been reset. */
  const initialize = (): void => {
    for (const { id, state } of states) {
      if (state?.initial !== undefined) bytesOf(stored(id)).set(bytesOf(state.initial));
    }
  };

  return {
    inputs: graph.inputs.map((id) => getValue(graph, id).type),
    outputs: graph.outputs.map((id) => getValue(graph, id).type),
    invoke(records, onValue, onState) {
      for (let index = 0; index < inputs.length; index++) {
        const input = inputs[index] as Int8Array;
        const record = records[index] as Int8Array;
        // A shorter one would leave the end of the record before it in place; one of another type would be wrapped around.
        if (record?.length !== input.length || record.constructor !== input.constructor) {
          throw wrongInput(graph, index, record);
        }
        input.set(record);
        onValue?.(graph.inputs[index], input);
      }
      observeState = onState;
      if (inferences === 0) initialize();
      if (++inferences === LINKED_AFTER && memory !== undefined) {
        linked = linkRuns(instructions, memory.kernels);
        refineConstants(memory);
      }
      if (linked === undefined || onValue !== undefined) return runFrom(0, onValue);
      for (const run of linked) run();
      return outputs;
    },
    resume: (first, onValue) => runFrom(first, onValue),
    reset,
  };
}
