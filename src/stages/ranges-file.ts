/** `ranges.json`: what calibration saw, in the order of the graph's activations. */

import { z } from 'zod';
import { inputError } from '../core/errors.ts';
import { prettyJson } from '../core/json.ts';
import { type Graph, getValue, type ValueId } from '../ir/graph.ts';
import type { Ranges } from '../passes/quantize/quantize.ts';

const rangesSchema = z.array(z.object({ tensor: z.string(), min: z.number(), max: z.number() }));

/** Graph inputs, then node outputs in execution order. */
export function activationIds(graph: Graph): readonly ValueId[] {
  return [...graph.inputs, ...graph.nodes.flatMap((node) => node.outputs)];
}

export function writeRanges(graph: Graph, ranges: Ranges): string {
  return prettyJson(
    activationIds(graph).flatMap((id) => {
      const range = ranges.get(id);
      return range === undefined ? [] : [{ tensor: getValue(graph, id).name, ...range }];
    }),
  );
}

/** Reads them for the same graph again. */
export function readRanges(text: string, graph: Graph): Ranges {
  const parsed = rangesSchema.safeParse(JSON.parse(text));
  const ids = activationIds(graph);
  const fits =
    parsed.success &&
    parsed.data.length === ids.length &&
    parsed.data.every(({ tensor }, index) => tensor === getValue(graph, ids[index]).name);
  if (!fits) {
    throw inputError(
      'ranges-mismatch',
      'ranges.json does not belong to the trained model',
      'Run "tinyml quantize" again.',
    );
  }
  return new Map(parsed.data.map(({ min, max }, index) => [ids[index], { min, max }]));
}
