/** What weights as look-up tables save, what they cost in memory and time, and what Huffman codes would. */

import { decodeHuffman, encodeHuffman } from '../../core/coding/huffman.ts';
import { internalError } from '../../core/errors.ts';
import { bytesOf, elementCount, storedBytes } from '../../core/tensor.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import { type Graph, getValue, type Node } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { type CodedWeights, weightsOf } from '../../passes/coding/code-weights.ts';
import { codedBytes } from '../../passes/coding/lut-coding.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import { type LibrarySupport, librarySupport } from '../inspect/library-support.ts';

const TARGETS = ['cortex-m-reference', 'cortex-m-cmsis-nn'] as const satisfies readonly ArenaTarget[];

/** One layer whose weights are looked up. */
export interface LutLayer {
  /** As the model has it; empty where it has none. */
  readonly name: string;
  /** `CONV_2D`. */
  readonly operator: string;
  readonly weights: number;
  /** In the largest of its tables. */
  readonly values: number;
  readonly bitWidth: number;
  readonly bytes: number;
  /** Of indices and tables, without what the file says of them. */
  readonly codedBytes: number;
}

/** The least arena, in bytes. */
export interface LutArena {
  readonly target: (typeof TARGETS)[number];
  readonly plainBytes: number;
  /** The decoded weights of a layer lie in it while the layer runs. */
  readonly bytes: number;
}

/** Weights that code of the application decodes once, when it starts, and keeps in RAM. */
export interface HuffmanFigures {
  /** How many layers get smaller. */
  readonly layers: number;
  /** Of their weights, in flash: as they are, and as codes with their tables. */
  readonly plainBytes: number;
  readonly bytes: number;
}

/** What a conversion tells of weights as look-up tables. */
export interface LutReport {
  /** None where no file with tables is smaller. */
  readonly layers: readonly LutLayer[];
  /** The file, and the one with weights as they are. */
  readonly bytes: number;
  readonly plainBytes: number;
  /** What is looked up in every inference, beside its multiply-accumulates. */
  readonly decodedWeights: number;
  readonly macs: number;
  readonly arenas: readonly LutArena[];
  readonly libraries: readonly LibrarySupport[];
  readonly huffman: HuffmanFigures;
}

function layerOf(graph: Graph, node: Node, coded: CodedWeights): LutLayer | undefined {
  const weights = weightsOf(graph, node);
  const coding = weights && coded.get(weights.id);
  if (weights === undefined || coding === undefined) return undefined;
  const { type } = getValue(graph, weights.id);
  return {
    name: node.name,
    operator: node.kind.toUpperCase(),
    weights: elementCount(type.shape),
    values: coding.values,
    bitWidth: coding.table.bitWidth,
    bytes: storedBytes(type),
    codedBytes: codedBytes(coding),
  };
}

/** Decoded again, before anything is said of it. */
function huffmanBytes(plain: Uint8Array): number | undefined {
  const coded = encodeHuffman(plain);
  if (coded === undefined) return undefined;
  const decoded = decodeHuffman(coded, plain.length);
  if (decoded.every((byte, at) => byte === plain[at])) return coded.length;
  throw internalError('huffman', 'Huffman codes of weights do not give them back');
}

function huffmanFigures(graph: Graph): HuffmanFigures {
  const ids = new Set(graph.nodes.flatMap((node) => weightsOf(graph, node)?.id ?? []));
  const figures = { layers: 0, plainBytes: 0, bytes: 0 };
  for (const id of ids) {
    const { type, data } = getValue(graph, id);
    // int4 has two elements in a byte of the file.
    if (data === undefined || type.dtype === 'int4') continue;
    const plain = bytesOf(data);
    const bytes = huffmanBytes(plain);
    if (bytes === undefined || bytes >= plain.length) continue;
    figures.layers++;
    figures.plainBytes += plain.length;
    figures.bytes += bytes;
  }
  return figures;
}

/** `graph` has the weights as they are, and `plainFile` too. */
export function lutReport(
  graph: Graph,
  coded: CodedWeights,
  file: Uint8Array,
  plainFile: Uint8Array,
): LutReport {
  const [{ outline }, plain] = [readOutline(file), readOutline(plainFile)];
  const layers = graph.nodes.flatMap((node) => layerOf(graph, node, coded) ?? []);
  return {
    layers,
    bytes: file.length,
    plainBytes: plainFile.length,
    decodedWeights: layers.reduce((sum, { weights }) => sum + weights, 0),
    macs: graphCost(graph).macs,
    arenas: TARGETS.map((target) => ({
      target,
      plainBytes: planArena(plain.outline, target).minimumBytes,
      bytes: planArena(outline, target).minimumBytes,
    })),
    libraries: librarySupport(outline),
    huffman: huffmanFigures(graph),
  };
}
