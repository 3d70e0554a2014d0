/** A graph as a program of C: its steps with their emissions, and where every value lies. */

import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../../ir/graph.ts';
import { kernelOf } from '../../ops/kernel-of.ts';
import { COMPUTED_TYPES } from '../../ops/op.ts';
import { padInWindows } from '../../passes/bands/pad-in-windows.ts';
import { runPasses } from '../../passes/pass.ts';
import { codedInputs } from './coded/coded-inputs.ts';
import { distinctArrays } from './coded/weights.ts';
import { ConstantPool } from './constant-pool.ts';
import { DECODE_HUFFMAN } from './definitions/decode-huffman.ts';
import type { AnyEmitter, CStep, CTensor, Emission } from './emitter.ts';
import { emitterOf } from './emitters.ts';
import { chooseSteps } from './fusing/choose-steps.ts';
import { type PlannedMemory, planMemory } from './memory/plan-memory.ts';
import { DEFAULT_OPTIMIZE, type HuffmanTime, type Optimize, type ProgramOptions } from './optimize.ts';
import type { ProgramStep } from './program-step.ts';

export interface Program extends PlannedMemory {
  /** What the steps are made of: the ends of the graph that was compiled, with other operators between them. */
  readonly graph: Graph;
  readonly optimize: Optimize;
  /** When weights are decoded; undefined where all lie in flash as they are. */
  readonly huffman: HuffmanTime | undefined;
  /** Operators in the order in which they run; two are one where that takes less memory. */
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

function compileStep(
  graph: Graph,
  index: number,
  shared: Pick<CStep<unknown, unknown>, 'constants' | 'optimize'>,
): ProgramStep {
  const node = graph.nodes[index];
  const label = `layer${index}`;
  const { constants } = shared;
  const before = constants.coded.length;
  const emission = emit(graph, node, { ...shared, label });
  const inputs = codedInputs(graph, node, label, emission, constants);
  const coded = distinctArrays(constants.coded.slice(before));
  const definitions = coded.length === 0 ? [] : [DECODE_HUFFMAN];
  return {
    index,
    node,
    nodes: [node],
    label,
    emission: { ...emission, definitions: [...emission.definitions, ...definitions] },
    coded,
    codedInputs: inputs,
  };
}

function compileAs(graph: Graph, optimize: Optimize, huffman: HuffmanTime | undefined): Program {
  const constants = new ConstantPool({ codesWeights: huffman !== undefined });
  const steps = graph.nodes.map((node, index) =>
    withErrorContext(titleOf(graph, node), () => compileStep(graph, index, { constants, optimize })),
  );
  const weightBytes = ({ coded }: ProgramStep): readonly number[] =>
    huffman === 'layer' ? coded.map(({ bytes }) => bytes) : [];
  const chosen = chooseSteps(graph, steps, (some) =>
    planMemory(
      graph,
      some.map((step) => ({ ...step, weightBytes: weightBytes(step) })),
    ),
  );
  return { graph, optimize, huffman, constants, ...chosen };
}

/** What no file could hold and C can. */
const STANDALONE_PASSES = [padInWindows];

/** What the decoder takes in code, as gcc compiles it. */
const DECODER_BYTES = 320;

function savedByCodes({ constants }: Program): number {
  return distinctArrays(constants.coded).reduce((sum, { bytes, codeBytes }) => sum + bytes - codeBytes, 0);
}

/**
 * Throws `no-standalone-c` (unsupported) for an operator or type that has no C here. Weights stay as they are where codes of
 * all that get smaller save less than their decoder takes.
 */
export function compileProgram(
  graph: Graph,
  { optimize = DEFAULT_OPTIMIZE, huffman }: ProgramOptions = {},
): Program {
  const prepared = runPasses(graph, STANDALONE_PASSES);
  const program = compileAs(prepared, optimize, huffman);
  const pays = huffman === undefined || savedByCodes(program) > DECODER_BYTES;
  return pays ? program : compileAs(prepared, optimize, undefined);
}
