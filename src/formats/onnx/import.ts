/** ONNX models as float32 graphs, with batch 1. */

import { inputError } from '../../core/errors.ts';
import { channelsLast, channelsLastInside } from '../../passes/layout/channels-last.ts';
import { runPasses } from '../../passes/pass.ts';
import { settleRounding } from '../../passes/simulated/settle-rounding.ts';
import { Allowance } from '../allowance.ts';
import type { Imported, ImportSource } from '../importer.ts';
import { GraphWriter } from '../lowering/graph-writer.ts';
import { readMessage } from '../protobuf/message.ts';
import { OnnxLowering } from './lowering.ts';
import { MODEL } from './messages.ts';
import { operatorSetNotes } from './operator-sets.ts';

/** Throws input errors for damaged files and unsupported errors for what TFLM cannot compute, naming node and operator. */
export function importOnnx({ bytes, loadBeside, shapes = new Map(), keepLayout }: ImportSource): Imported {
  const model = readMessage(bytes, MODEL);
  if (model.graph === undefined) throw inputError('onnx-graph', 'The file has no graph.');
  const writer = new GraphWriter(new Allowance(bytes.length, 'computed'));
  const lowered = writer.build(new OnnxLowering(model, loadBeside, writer).run(model.graph, shapes));
  const graph = runPasses(lowered, [settleRounding]);
  const notes = operatorSetNotes(model.operatorSets);
  if (keepLayout) return { graph: channelsLastInside(graph), notes };
  const laidOut = channelsLast(graph);
  return {
    graph: laidOut.graph,
    inputOrders: laidOut.inputs,
    outputOrders: laidOut.outputs,
    notes,
  };
}
