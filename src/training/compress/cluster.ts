/**
 * Weight clustering: the weights of a layer, or of each of its channels, become a few values, and these go on learning. The
 * network is as large as before until its weights are coded: as look-up tables, or by Huffman.
 */

import * as z from 'zod';
import { MOST_LUT_BITS } from '../../core/coding/lut.ts';
import { usageError } from '../../core/errors.ts';
import { counted, formatCount } from '../../core/figure-text.ts';
import { createRandom } from '../../core/random.ts';
import { findLayer } from '../../ir/find-layer.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { isLinear } from '../../passes/linear.ts';
import { channelsAlong } from '../../passes/quantize/parameters.ts';
import { withOwnConstants } from '../graph/learned-constants.ts';
import { clusteredValues } from './clustering/clustered-values.ts';
import type { Compressed, Kept, Method, Workshop } from './method.ts';
import { tune, tuningFields } from './tune.ts';

const schema = z.strictObject({
  method: z.literal('cluster').describe('Weights become a few values, for "lut" or Huffman codes.'),
  clusters: z
    .int()
    .min(2)
    .max(2 ** MOST_LUT_BITS)
    .default(16)
    .describe('How many values the weights have in the end; zeros that pruning left are one of them.'),
  per: z
    .enum(['layer', 'channel'])
    .default('layer')
    .describe('Whether a layer has these values, or each of its channels has some of its own.'),
  except: z.array(z.string()).default([]).describe('Layers that keep all their weights as they are.'),
  ...tuningFields,
});

type Options = z.output<typeof schema>;

/** Weights of one layer. */
interface Clustered {
  readonly id: ValueId;
  readonly data: Float32Array;
  /** Which values an element is one of. */
  readonly tableOf: (element: number) => number;
  readonly tables: number;
}

/** What a layer's indices and tables take of a file besides: an operator, two tensors and their buffers. */
const OPERATOR_BYTES = 128;

/** Layers whose weights would be fewer bytes as indices and tables; of the others nothing is to be had. */
function pays({ data, tables }: Clustered, clusters: number): boolean {
  const coded = (data.length * Math.ceil(Math.log2(clusters))) / 8 + tables * clusters + OPERATOR_BYTES;
  return coded < data.length;
}

function layersOf(graph: Graph, { per, except }: Options): readonly Clustered[] {
  const linear = graph.nodes.filter(isLinear);
  const kept = new Set(except.flatMap((layer) => findLayer(linear, layer, 'to keep from clustering')));
  const found = linear.flatMap((node): Clustered[] => {
    const { quantRule } = opOf(node.kind);
    const [, id] = node.inputs;
    if (kept.has(node) || id === undefined || quantRule.rule !== 'weighted') return [];
    const { type, data } = getValue(graph, id);
    if (!(data instanceof Float32Array)) return [];
    const axis = per === 'layer' ? undefined : quantRule.axis;
    const tables = axis === undefined ? 1 : type.shape[axis];
    return [{ id, data, tables, tableOf: channelsAlong(axis, type.shape) }];
  });
  return [...new Map(found.map((layer) => [layer.id, layer])).values()];
}

/** Throws `nothing-to-cluster` (usage). */
function requireSome(layers: readonly Clustered[], all: readonly Clustered[], { clusters }: Options): void {
  if (layers.length > 0) return;
  const most = Math.max(0, ...all.map(({ data }) => data.length));
  throw usageError(
    'nothing-to-cluster',
    all.length === 0
      ? 'No layer is left whose weights could become few values'
      : `No layer has so many weights that ${clusters} values would make it smaller; the largest has ${formatCount(most)}`,
    'Take layers out of "except", ask for fewer "clusters", or leave "cluster" out.',
  );
}

/** The same weights, each become one of the values of its table; zeros that were kept stay zeros. */
function clusteredLayer(
  { data, tables, tableOf }: Clustered,
  clusters: number,
  keepsZeros: boolean,
  seed: number,
): Float32Array {
  const members = Array.from({ length: tables }, (): number[] => []);
  for (let i = 0; i < data.length; i++) {
    if (!keepsZeros || data[i] !== 0) members[tableOf(i)].push(i);
  }
  const result = new Float32Array(data.length);
  const random = createRandom(seed, 'clusters');
  for (const indices of members) {
    const values = Float32Array.from(indices, (index) => data[index]);
    const few = clusteredValues(values, keepsZeros ? clusters - 1 : clusters, random);
    for (const [place, index] of indices.entries()) result[index] = few[place];
  }
  return result;
}

function clustered(model: Compressed, options: Options, { seed, report }: Workshop): Compressed {
  const graph = withOwnConstants(model.graph);
  const all = layersOf(graph, options);
  const layers = all.filter((layer) => pays(layer, options.clusters));
  requireSome(layers, all, options);
  const values = new Map(graph.values);
  const keeps = new Map<ValueId, Kept>(model.keeps);
  for (const layer of layers) {
    const data = clusteredLayer(layer, options.clusters, keeps.get(layer.id) === 'zeros', seed);
    values.set(layer.id, { ...getValue(graph, layer.id), data });
    keeps.set(layer.id, 'clusters');
  }
  report.info(
    `${counted(options.clusters, 'value')} in ${layers.length} of ${counted(all.length, 'layer')}; the others have too few weights to get smaller`,
  );
  return { ...model, graph: { ...graph, values }, keeps };
}

export const clusterMethod: Method<Options> & { readonly schema: typeof schema } = {
  schema,
  marks: true,
  async run(model, options, workshop) {
    return tune(clustered(model, options, workshop), workshop, options);
  },
};
