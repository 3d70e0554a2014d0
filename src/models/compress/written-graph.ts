/**
 * A compressed float graph as files, and as it is read again. A `.tflite` file keeps no names of layers, which projects call
 * layers by, and no marks: they lie beside it, by the places of operators, which are the same when it is read.
 */

import * as z from 'zod';
import { prettyJson } from '../../core/json.ts';
import { readTflite } from '../../formats/tflite/read.ts';
import { writeTflite } from '../../formats/tflite/write.ts';
import { type Graph, getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import type { Compressed, Kept } from '../../training/compress/method.ts';

/** Of the files of a compressed model. */
export const COMPRESSED_FILES = { model: 'model.tflite', marks: 'marks.json' } as const;

const operatorSchema = z.strictObject({
  name: z.string(),
  inputs: z.array(z.string().nullable()),
  outputs: z.array(z.string()),
});

/** What later stages are to know of the graph besides its numbers; what training fixed for `quantize` belongs here. */
const marksSchema = z.strictObject({
  operators: z.array(operatorSchema),
  keeps: z.array(
    z.strictObject({
      operator: z.int().nonnegative(),
      operand: z.int().nonnegative(),
      kept: z.enum(['zeros', 'clusters']),
    }),
  ),
});

type Marks = z.infer<typeof marksSchema>;

function marksOf({ graph, keeps }: Pick<Compressed, 'graph' | 'keeps'>): Marks {
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
  };
}

/** Its files by name. Throws what writing throws. */
export function writeCompressed(
  model: Pick<Compressed, 'graph' | 'keeps'>,
): Record<string, Uint8Array | string> {
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
export function readCompressed(read: (file: string) => Uint8Array): Pick<Compressed, 'graph' | 'keeps'> {
  const { graph } = readTflite(read(COMPRESSED_FILES.model));
  const text = new TextDecoder().decode(read(COMPRESSED_FILES.marks));
  const { operators, keeps } = marksSchema.parse(JSON.parse(text));
  const kept = keeps.map(({ operator, operand, kept: what }): [ValueId, Kept] => [
    graph.nodes[operator].inputs[operand] as ValueId,
    what,
  ]);
  return { graph: renamed(graph, operators), keeps: new Map(kept) };
}
