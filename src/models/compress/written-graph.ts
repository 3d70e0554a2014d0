/**
 * A compressed float graph as files, and as it is read again. A `.tflite` file keeps no names of layers, which projects call
 * layers by, and no marks: they lie beside it, by the places of operators, which are the same when it is read.
 */

import * as z from 'zod';
import { given } from '../../core/given.ts';
import { prettyJson } from '../../core/json.ts';
import { perAxis, perTensor } from '../../core/quant-params.ts';
import { readTflite } from '../../formats/tflite/read.ts';
import { writeTflite } from '../../formats/tflite/write.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import type { TrainedQuantization } from '../../passes/quantize-trained.ts';
import type { Compressed, Kept } from '../../training/compress/method.ts';

/** Of the files of a compressed model. */
export const COMPRESSED_FILES = { model: 'model.tflite', marks: 'marks.json' } as const;

const operatorSchema = z.strictObject({
  name: z.string(),
  inputs: z.array(z.string().nullable()),
  outputs: z.array(z.string()),
});

/** A value by the operator that makes it; without one it is the input of the model. */
const placeSchema = z.strictObject({
  operator: z.int().nonnegative().optional(),
  output: z.int().nonnegative(),
});

const trainedSchema = z.strictObject({
  densePerChannel: z.boolean(),
  ranges: z.array(placeSchema.extend({ min: z.number(), max: z.number() })),
  /** Operators whose weights get 4 bits. */
  int4: z.array(z.int().nonnegative()),
  weightScales: z.array(
    z.strictObject({
      operator: z.int().nonnegative(),
      operand: z.int().nonnegative(),
      axis: z.int().nonnegative().optional(),
      scales: z.array(z.number()).min(1),
    }),
  ),
});

/** What later stages are to know of the graph besides its numbers. */
const marksSchema = z.strictObject({
  operators: z.array(operatorSchema),
  keeps: z.array(
    z.strictObject({
      operator: z.int().nonnegative(),
      operand: z.int().nonnegative(),
      kept: z.enum(['zeros', 'clusters']),
    }),
  ),
  /** What training fixed for `quantize`. */
  trained: trainedSchema.optional(),
});

type Marks = z.infer<typeof marksSchema>;

/** As much of a model as lasts. */
export type WrittenModel = Pick<Compressed, 'graph' | 'keeps' | 'trained'>;

function trainedMarks(
  { nodes, inputs }: Graph,
  { densePerChannel, ranges, int4, weightScales }: TrainedQuantization,
): NonNullable<Marks['trained']> {
  const placed = [
    ...inputs.map((id, output) => ({ id, place: { output } })),
    ...nodes.flatMap(({ outputs }, operator) =>
      outputs.map((id, output) => ({ id, place: { operator, output } })),
    ),
  ];
  return {
    densePerChannel,
    ranges: placed.flatMap(({ id, place }) => {
      const range = ranges.get(id);
      return range === undefined ? [] : [{ ...place, min: range.min, max: range.max }];
    }),
    int4: [...nodes.keys()].filter((operator) => int4.has(nodes[operator].outputs[0])),
    weightScales: nodes.flatMap(({ inputs: operands }, operator) =>
      operands.flatMap((id, operand) => {
        const quant = id === undefined ? undefined : weightScales.get(id);
        if (quant === undefined) return [];
        return quant.scheme === 'per-tensor'
          ? [{ operator, operand, scales: [quant.scale] }]
          : [{ operator, operand, axis: quant.axis, scales: [...quant.scales] }];
      }),
    ),
  };
}

function trainedOf(
  { nodes, inputs }: Graph,
  { densePerChannel, ranges, int4, weightScales }: NonNullable<Marks['trained']>,
): TrainedQuantization {
  return {
    densePerChannel,
    ranges: new Map(
      ranges.map(({ operator, output, min, max }) => [
        (operator === undefined ? inputs : nodes[operator].outputs)[output],
        { min, max },
      ]),
    ),
    int4: new Set(int4.map((operator) => nodes[operator].outputs[0])),
    weightScales: new Map(
      weightScales.map(({ operator, operand, axis, scales }) => [
        nodes[operator].inputs[operand] as ValueId,
        axis === undefined ? perTensor(scales[0], 0) : perAxis(axis, scales),
      ]),
    ),
  };
}

function marksOf({ graph, keeps, trained }: WrittenModel): Marks {
  const nameOf = (id: ValueId | undefined): string | null =>
    id === undefined ? null : getValue(graph, id).name;
  return {
    operators: graph.nodes.map(({ name, inputs, outputs }) => ({
      name,
      inputs: inputs.map(nameOf),
      outputs: outputs.map((id) => getValue(graph, id).name),
    })),
    keeps: graph.nodes.flatMap(({ inputs }, operator) =>
      inputs.flatMap((id, operand) => {
        const kept = id === undefined ? undefined : keeps.get(id);
        return kept === undefined ? [] : [{ operator, operand, kept }];
      }),
    ),
    ...given({ trained: trained && trainedMarks(graph, trained) }),
  };
}

/** Its files by name. Throws what writing throws. */
export function writeCompressed(model: WrittenModel): Record<string, Uint8Array | string> {
  return {
    [COMPRESSED_FILES.model]: writeTflite(model.graph),
    [COMPRESSED_FILES.marks]: prettyJson(marksOf(model)),
  };
}

function renamed(graph: Graph, operators: Marks['operators']): Graph {
  const values = new Map<ValueId, Value>(graph.values);
  const rename = (id: ValueId | undefined, name: string | null | undefined): void => {
    if (id === undefined || name === null || name === undefined) return;
    values.set(id, { ...getValue(graph, id), name });
  };
  const nodes = graph.nodes.map((node, place): Node => {
    const { name, inputs, outputs } = operators[place];
    for (const [operand, id] of node.inputs.entries()) rename(id, inputs[operand]);
    for (const [result, id] of node.outputs.entries()) rename(id, outputs[result]);
    return { ...node, name };
  });
  return { ...graph, values, nodes };
}

/** The model that `writeCompressed` wrote; `read` gives the bytes of one of its files. */
export function readCompressed(read: (file: string) => Uint8Array): WrittenModel {
  const { graph } = readTflite(read(COMPRESSED_FILES.model));
  const text = new TextDecoder().decode(read(COMPRESSED_FILES.marks));
  const { operators, keeps, trained } = marksSchema.parse(JSON.parse(text));
  const kept = keeps.map(({ operator, operand, kept: what }): [ValueId, Kept] => [
    graph.nodes[operator].inputs[operand] as ValueId,
    what,
  ]);
  return {
    graph: renamed(graph, operators),
    keeps: new Map(kept),
    ...given({ trained: trained && trainedOf(graph, trained) }),
  };
}
