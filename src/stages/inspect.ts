/** What a `.tflite` file holds: operators, tensors, cost, and where its bytes go. */

import type { QuantParams } from '../core/quant-params.ts';
import { type Shape, tensorBytes } from '../core/tensor.ts';
import { readTflite, type TfliteModel } from '../formats/tflite/read.ts';
import { type Graph, getValue, type ValueId } from '../ir/graph.ts';
import { nodeMacs } from './graph-cost.ts';
import { type PassStep, passSteps, tellingSteps } from './pass-steps.ts';

export interface TensorSummary {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
  readonly quantization?: QuantizationSummary;
}

export type QuantizationSummary =
  | { readonly scale: number; readonly zeroPoint: number }
  | {
      readonly axis: number;
      readonly channels: number;
      readonly minScale: number;
      readonly maxScale: number;
    };

export interface OperatorSummary {
  readonly operator: string;
  readonly version: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: readonly TensorSummary[];
  readonly outputs: readonly TensorSummary[];
  readonly macs: number;
  /** Bytes of the constants it reads. */
  readonly constantBytes: number;
}

export interface Inspection {
  readonly fileBytes: number;
  readonly constantBytes: number;
  /** Everything in the file that is not a constant: tables, names, quantization, padding. */
  readonly overheadBytes: number;
  readonly description: string;
  readonly macs: number;
  readonly inputs: readonly TensorSummary[];
  readonly outputs: readonly TensorSummary[];
  readonly operators: readonly OperatorSummary[];
  /** Operator codes in the file that no operator uses. */
  readonly unusedOperatorCodes: readonly string[];
  readonly metadata: readonly string[];
  /** What the passes of `tinyml convert` would make of it. */
  readonly passes: readonly PassStep[];
}

function quantizationSummary(quant: QuantParams): QuantizationSummary {
  if (quant.scheme === 'per-tensor') return { scale: quant.scale, zeroPoint: quant.zeroPoint };
  return {
    axis: quant.axis,
    channels: quant.scales.length,
    minScale: quant.scales.reduce((least, scale) => Math.min(least, scale)),
    maxScale: quant.scales.reduce((most, scale) => Math.max(most, scale)),
  };
}

function tensorSummary(graph: Graph, id: ValueId): TensorSummary {
  const { name, type } = getValue(graph, id);
  return {
    name,
    dtype: type.dtype,
    shape: type.shape,
    ...(type.quant === undefined ? {} : { quantization: quantizationSummary(type.quant) }),
  };
}

function operatorSummaries({ graph, container }: TfliteModel): OperatorSummary[] {
  return graph.nodes.map((node, index) => {
    const operands = node.inputs.filter((id) => id !== undefined);
    const constants = operands.map((id) => getValue(graph, id)).filter(({ data }) => data !== undefined);
    return {
      operator: node.kind.toUpperCase(),
      version: container.nodeVersions[index],
      attributes: node.attributes,
      inputs: operands.map((id) => tensorSummary(graph, id)),
      outputs: node.outputs.map((id) => tensorSummary(graph, id)),
      macs: nodeMacs(graph, node),
      constantBytes: constants.reduce((sum, { type }) => sum + tensorBytes(type), 0),
    };
  });
}

export function inspectModel(bytes: Uint8Array): Inspection {
  const model = readTflite(bytes);
  const { graph, container } = model;
  const operators = operatorSummaries(model);
  return {
    fileBytes: container.fileBytes,
    constantBytes: container.constantBytes,
    overheadBytes: container.fileBytes - container.constantBytes,
    description: container.description,
    macs: operators.reduce((sum, { macs }) => sum + macs, 0),
    inputs: graph.inputs.map((id) => tensorSummary(graph, id)),
    outputs: graph.outputs.map((id) => tensorSummary(graph, id)),
    operators,
    unusedOperatorCodes: container.operatorCodes.filter(({ used }) => !used).map(({ name }) => name),
    metadata: container.metadataNames,
    passes: tellingSteps(passSteps(graph)),
  };
}
