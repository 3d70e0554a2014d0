/** A graph as a program of C: its steps with their emissions, and where every value lies. */

import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../../ir/graph.ts';
import { kernelOf } from '../../ops/kernel-of.ts';
import { COMPUTED_TYPES } from '../../ops/op.ts';
import { ConstantPool } from './constant-pool.ts';
import type { AnyEmitter, CStep, CTensor, Emission } from './emitter.ts';
import { emitterOf } from './emitters.ts';
import { type PlannedMemory, planMemory } from './memory/plan-memory.ts';
import { DEFAULT_OPTIMIZE, type Optimize, type ProgramOptions } from './optimize.ts';

/** An operator of the graph and its C. */
export interface ProgramStep {
  readonly node: Node;
  /** `layer3` */
  readonly label: string;
  readonly emission: Emission;
}

export interface Program extends PlannedMemory {
  readonly graph: Graph;
  readonly optimize: Optimize;
  readonly steps: readonly ProgramStep[];
  readonly constants: ConstantPool;
}

function tensorOf(graph: Graph, id: ValueId): CTensor {
  const { type, data } = getValue(graph, id);
  return data === undefined ? { type } : { type, data };
}

function emitterFor(graph: Graph, node: Node): AnyEmitter {
  const dtype = inputTypes(graph, node)[0]?.dtype;
  const type = COMPUTED_TYPES.find((computed) => computed === dtype);
  const emitter = type === undefined ? undefined : emitterOf(node.kind, type);
  if (emitter !== undefined) return emitter;
  throw unsupportedError(
    'no-standalone-c',
    `there is no C for ${dtype}`,
    'With the library of TensorFlow Lite Micro it runs: "tinyml export-c --tflm DIR" or "--arduino DIR".',
  );
}

function emit(
  graph: Graph,
  node: Node,
  shared: Pick<CStep<unknown, unknown>, 'label' | 'constants' | 'optimize'>,
): Emission {
  const kernel = kernelOf(node.kind, inputTypes(graph, node)[0]?.dtype);
  const emitter = emitterFor(graph, node);
  return emitter({
    ...shared,
    attributes: node.attributes,
    prepared: kernel?.prepare(node.attributes, inputTypes(graph, node), outputTypes(graph, node)),
    inputs: node.inputs.map((id) => (id === undefined ? undefined : tensorOf(graph, id))),
    outputs: node.outputs.map((id) => tensorOf(graph, id)),
  });
}

/** `FULLY_CONNECTED "features" in int8` */
function titleOf(graph: Graph, node: Node): string {
  const type = inputTypes(graph, node)[0]?.dtype;
  return `${node.kind.toUpperCase()} ${JSON.stringify(node.name)}${type === undefined ? '' : ` in ${type}`}`;
}

/** Throws `no-standalone-c` (unsupported) for an operator or type that has no C here. */
export function compileProgram(graph: Graph, { optimize = DEFAULT_OPTIMIZE }: ProgramOptions = {}): Program {
  const constants = new ConstantPool();
  const steps = graph.nodes.map((node, index): ProgramStep => {
    const label = `layer${index}`;
    const emission = withErrorContext(titleOf(graph, node), () =>
      emit(graph, node, { label, constants, optimize }),
    );
    return { node, label, emission };
  });
  return { graph, optimize, steps, constants, ...planMemory(graph, steps) };
}
