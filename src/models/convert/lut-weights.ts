/** Which weights become look-up tables: those with which the file gets smaller, weighed by writing it. */

import { usageError } from '../../core/errors.ts';
import { storedBytes } from '../../core/tensor.ts';
import { findLayer } from '../../ir/find-layer.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import {
  type CodedWeights,
  codableWeights,
  codeWeights,
  weightsOf,
} from '../../passes/coding/code-weights.ts';
import { codedBytes } from '../../passes/coding/lut-coding.ts';
import { LIBRARY_NAMES, type Library } from '../../targets/tflm/operators.ts';

/** Throws `no-decode` (usage) for libraries that are older than the operator. */
export function requireDecoding(library: Library): void {
  if (library === 'tflm') return;
  throw usageError(
    'no-decode',
    `${LIBRARY_NAMES[library]} has no TFLM_DECODE, which makes weights of look-up tables`,
    'Leave one of the two out: --lut is for TensorFlow Lite Micro of 2025 or later.',
  );
}

function without(coded: CodedWeights, id: ValueId): CodedWeights {
  return new Map([...coded].filter(([other]) => other !== id));
}

/** Which layers may have tables: all, or those of these names. */
export type LutWish = 'all' | readonly string[];

/** Undefined for all. Throws `unknown-layer` (usage). */
function wantedWeights(graph: Graph, wish: LutWish): ReadonlySet<ValueId> | undefined {
  if (wish === 'all') return undefined;
  const nodes = wish.flatMap((layer) => findLayer(graph.nodes, layer, 'to have tables'));
  return new Set(nodes.flatMap((node) => weightsOf(graph, node)?.id ?? []));
}

/**
 * The weights that are coded in the smallest file; none where that is the plain one. `write` gives the file of a graph. An
 * operator costs bytes as well, and weights that others share are stored once, so nothing is estimated.
 */
export function choosePaying(
  graph: Graph,
  write: (graph: Graph) => Uint8Array,
  wish: LutWish = 'all',
): CodedWeights {
  const bytesOf = (coded: CodedWeights): number => write(codeWeights(graph, coded)).length;
  const saved = (id: ValueId, coded: CodedWeights): number => {
    const coding = coded.get(id);
    return coding === undefined ? 0 : storedBytes(getValue(graph, id).type) - codedBytes(coding);
  };
  const wanted = wantedWeights(graph, wish);
  const all = new Map([...codableWeights(graph)].filter(([id]) => wanted?.has(id) ?? true));
  let chosen: CodedWeights = new Map([...all].filter(([id]) => saved(id, all) > 0));
  let bytes = bytesOf(chosen);
  for (const id of [...chosen.keys()].sort((a, b) => saved(a, all) - saved(b, all))) {
    const fewer = without(chosen, id);
    const fewerBytes = bytesOf(fewer);
    if (fewerBytes > bytes) continue;
    chosen = fewer;
    bytes = fewerBytes;
  }
  return bytes < write(graph).length ? chosen : new Map();
}

/** The graph with those weights coded. Throws `no-decode` (usage) for libraries that are older than the operator. */
export function codePaying(graph: Graph, library: Library, write: (graph: Graph) => Uint8Array): Graph {
  requireDecoding(library);
  return codeWeights(graph, choosePaying(graph, write));
}
