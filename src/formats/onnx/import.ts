/** ONNX models as float32 graphs, with batch 1. */

import { inputError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Graph } from '../../ir/graph.ts';
import { channelsLast, channelsLastInside } from '../../passes/layout/channels-last.ts';
import { runPasses } from '../../passes/pass.ts';
import { settleRounding } from '../../passes/simulated/settle-rounding.ts';
import { Allowance } from '../allowance.ts';
import type { Imported, ImportSource } from '../importer.ts';
import { GraphWriter } from '../lowering/graph-writer.ts';
import { stepNetwork } from '../lowering/recurrent/step/step-network.ts';
import { readMessage } from '../protobuf/message.ts';
import { sizesOf } from './inputs.ts';
import { givenInputs, OnnxLowering } from './lowering.ts';
import { MODEL } from './messages.ts';
import { operatorSetNotes } from './operator-sets.ts';

/** Throws input errors for damaged files and unsupported errors for what TFLM cannot compute, naming node and operator. */
export function importOnnx({
  bytes,
  loadBeside,
  shapes = new Map(),
  keepLayout,
  step,
}: ImportSource): Imported {
  const model = readMessage(bytes, MODEL);
  const { graph: proto } = model;
  if (proto === undefined) throw inputError('onnx-graph', 'The file has no graph.');
  const read = (of: ReadonlyMap<string, Shape>, steps?: number): Graph => {
    const writer = new GraphWriter(new Allowance(bytes.length, 'computed'));
    const lowered = writer.build(new OnnxLowering(model, loadBeside, writer, steps).run(proto, of));
    return runPasses(lowered, [settleRounding]);
  };
  const inputs = givenInputs(proto).map((input) => ({
    name: input.name,
    shape: shapes.get(input.name) ?? sizesOf(input) ?? [],
  }));
  const graph = step
    ? stepNetwork(inputs, (shape, steps) => read(new Map(shapes).set(inputs[0].name, shape), steps))
    : read(shapes);
  const notes = operatorSetNotes(model.operatorSets);
  // Of one step there are no images, and either order of its axes.
  if (keepLayout || step) return { graph: channelsLastInside(graph), notes };
  const laidOut = channelsLast(graph);
  return {
    graph: laidOut.graph,
    inputOrders: laidOut.inputs,
    outputOrders: laidOut.outputs,
    notes,
  };
}
