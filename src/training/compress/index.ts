/** The methods of compression by name, and what a project file may say of them. */

import * as z from 'zod';
import { clusterMethod } from './cluster.ts';
import { distillMethod } from './distill.ts';
import { lowRankMethod } from './low-rank.ts';
import type { Compressed, Method, Workshop } from './method.ts';
import { pruneMethod } from './prune.ts';
import { pruneChannelsMethod } from './prune-channels.ts';
import { quantizeAwareMethod } from './quantize-aware.ts';
import { simplified } from './simplify.ts';

/** What is listed under `training.compress`. */
export const compressionSchema = z.discriminatedUnion('method', [
  clusterMethod.schema,
  distillMethod.schema,
  lowRankMethod.schema,
  pruneMethod.schema,
  pruneChannelsMethod.schema,
  quantizeAwareMethod.schema,
]);

/** A method with its options. */
export type Compression = z.output<typeof compressionSchema>;
/** The name of a method of compression. */
export type CompressionName = Compression['method'];

const METHODS: { readonly [Name in CompressionName]: Method<Extract<Compression, { method: Name }>> } = {
  cluster: clusterMethod,
  distill: distillMethod,
  'low-rank': lowRankMethod,
  prune: pruneMethod,
  'prune-channels': pruneChannelsMethod,
  'quantize-aware': quantizeAwareMethod,
};

export const COMPRESSION_NAMES = Object.keys(METHODS) as readonly CompressionName[];

/** The method of these options, which are its own: the discriminator says so. */
function methodOf({ method }: Compression): Method<Compression> {
  return METHODS[method] as Method<Compression>;
}

/** The files that methods read, as their options call them. */
export function filesRead(list: readonly Compression[]): readonly string[] {
  return list.flatMap((options) => methodOf(options).readsFiles?.(options) ?? []);
}

/** The model behind the method, simplified as conversions will do it. Throws the method's usage errors. */
export async function runCompression(
  model: Compressed,
  options: Compression,
  workshop: Workshop,
): Promise<Compressed> {
  return simplified(await methodOf(options).run(model, options, workshop));
}

/** Whether one of these decides how weights and activations become integers. */
export function decidesIntegers(list: readonly Compression[]): boolean {
  return list.some((options) => methodOf(options).decidesIntegers === true);
}

/** Why these cannot run in this order; undefined where they can. */
export function orderFault(list: readonly Compression[]): string | undefined {
  const decides = (options: Compression): boolean => methodOf(options).decidesIntegers === true;
  const undone = list.findIndex(
    (options, place) => place > 0 && decides(list[place - 1]) && !decides(options),
  );
  if (undone > 0) {
    return `"${list[undone].method}" would undo what "${list[undone - 1].method}" trained the weights for; put it in front`;
  }
  let marker: CompressionName | undefined;
  for (const { method } of list) {
    if (METHODS[method].reshapes && marker !== undefined) {
      return `"${method}" changes the shapes of weights and cannot come behind "${marker}", which marked some of them; put it in front`;
    }
    if (method === 'prune' && marker === 'cluster') {
      return `"prune" would add zeros to the few values that "cluster" left, and cannot come behind it; put it in front`;
    }
    if (METHODS[method].marks) marker = method;
  }
  return undefined;
}
