/** `weightsManifest` of TensorFlow.js' model.json, which layers models and graph models share: weights in files beside it. */

import * as z from 'zod';
import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { allocate, dataFromBytes, elementCount, type Shape, type TensorData } from '../../core/tensor.ts';
import { checkBesidePath } from '../beside-path.ts';
import { fromFloat16 } from '../float16.ts';
import type { LoadBeside } from '../importer.ts';

const MAX_WEIGHT_BYTES = 1 << 30;

/** Integers that stand for `scale · integer + min`, or halves. */
const quantizationSchema = z.looseObject({
  dtype: z.string(),
  scale: z.number().optional(),
  min: z.number().optional(),
});

const weightSchema = z.looseObject({
  name: z.string().min(1).max(4096),
  shape: z.array(z.int().min(0)).max(8),
  dtype: z.string(),
  quantization: quantizationSchema.optional(),
});

const groupSchema = z.looseObject({
  paths: z.array(z.string().min(1).max(1024)).max(10_000),
  weights: z.array(weightSchema).max(100_000),
});

export const manifestSchema = z.array(groupSchema).max(10_000);

export type Manifest = z.output<typeof manifestSchema>;
type Group = z.output<typeof groupSchema>;
type Entry = z.output<typeof weightSchema>;

/** A weight as what it was before it was stored in fewer bits. */
export interface StoredWeight {
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: Shape;
  readonly data: TensorData;
}

/** Makes the error of a model that does not hold together. */
export type Damaged = (detail: string, cause?: unknown) => TinymlError;

/** Little-endian numbers of some bytes each. */
interface Numbers {
  readonly bytes: number;
  at(view: DataView, offset: number): number;
}

const INTEGERS: Readonly<Record<string, Numbers>> = {
  uint8: { bytes: 1, at: (view, offset) => view.getUint8(offset) },
  uint16: { bytes: 2, at: (view, offset) => view.getUint16(offset, true) },
};
const HALVES: Numbers = { bytes: 2, at: (view, offset) => fromFloat16(view.getUint16(offset, true)) };

/** How a weight is stored. */
interface Storage {
  readonly dtype: StoredWeight['dtype'];
  readonly bytes: number;
  read(content: Uint8Array, count: number): TensorData;
}

function whole(dtype: StoredWeight['dtype'], bytes: number): Storage {
  return { dtype, bytes, read: (content) => dataFromBytes(dtype, content) };
}

const STORAGES: Readonly<Record<string, Storage>> = {
  float32: whole('float32', 4),
  int32: whole('int32', 4),
  bool: whole('bool', 1),
};

/** Each number as `restore` makes it of the stored one. */
function packed(
  dtype: 'float32' | 'int32',
  { bytes, at }: Numbers,
  restore: (stored: number) => number,
): Storage {
  return {
    dtype,
    bytes,
    read(content, count) {
      const data = allocate(dtype, count);
      const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
      for (let index = 0; index < count; index++) data[index] = restore(at(view, index * bytes));
      return data;
    },
  };
}

/** `decodeWeights` of TensorFlow.js (tfjs-core/src/io/io_utils.ts); undefined where it knows no such form. */
function quantizedStorage({ dtype, quantization }: Entry): Storage | undefined {
  if (dtype !== 'float32' && dtype !== 'int32') return undefined;
  if (quantization?.dtype === 'float16') {
    return dtype === 'float32' ? packed(dtype, HALVES, (stored) => stored) : undefined;
  }
  const { scale, min } = quantization ?? {};
  const numbers = INTEGERS[quantization?.dtype ?? ''];
  if (numbers === undefined || scale === undefined || min === undefined) return undefined;
  const restore = (stored: number): number => stored * scale + min;
  return packed(dtype, numbers, dtype === 'int32' ? (stored) => Math.round(restore(stored)) : restore);
}

function storageOf(entry: Entry): Storage {
  const { name, dtype, quantization } = entry;
  const isKnown = Object.hasOwn(STORAGES, dtype);
  const storage =
    quantization !== undefined ? quantizedStorage(entry) : isKnown ? STORAGES[dtype] : undefined;
  if (storage !== undefined) return storage;
  throw unsupportedError(
    'tfjs-weight-type',
    `Weight "${name}" is ${dtype}${quantization === undefined ? '' : ` stored as ${quantization.dtype}`}, and tinyml reads float32, int32 and bool, stored as they are or quantized to uint8, uint16 or float16.`,
    'Convert the model without weight quantization; tinyml quantizes it itself.',
  );
}

function byteLength(entry: Entry): number {
  return elementCount(entry.shape) * storageOf(entry).bytes;
}

function joinShards(
  paths: readonly string[],
  expectedBytes: number,
  loadShard: LoadBeside,
  damaged: Damaged,
): Uint8Array {
  const joined = new Uint8Array(expectedBytes);
  let offset = 0;
  for (const path of paths) {
    const shard = loadShard(path);
    if (shard.length > expectedBytes - offset) {
      throw damaged(`its weight files hold more than the ${counted(expectedBytes, 'byte')} that it lists`);
    }
    joined.set(shard, offset);
    offset += shard.length;
  }
  if (offset !== expectedBytes) {
    throw damaged(
      `its weight files hold ${counted(offset, 'byte')} instead of the ${expectedBytes} that it lists`,
    );
  }
  return joined;
}

function readGroup({ paths, weights }: Group, loadShard: LoadBeside, damaged: Damaged): StoredWeight[] {
  const lengths = weights.map(byteLength);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const bytes = joinShards(paths, total, loadShard, damaged);
  let offset = 0;
  return weights.map((entry, index) => {
    const { name, shape } = entry;
    const { dtype, read } = storageOf(entry);
    const start = offset;
    offset += lengths[index];
    return { name, dtype, shape, data: read(bytes.subarray(start, offset), elementCount(shape)) };
  });
}

function checkManifest(groups: Manifest, damaged: Damaged): void {
  const names = groups.flatMap((group) => group.weights.map(({ name }) => name));
  const paths = groups.flatMap((group) => group.paths);
  for (const path of paths) checkBesidePath(path);
  if (new Set(names).size !== names.length) throw damaged('it lists a weight twice');
  if (new Set(paths).size !== paths.length) throw damaged('it lists a weight file twice');
  const elements = groups
    .flatMap((group) =>
      group.weights.map((entry) => Math.max(byteLength(entry), 4 * elementCount(entry.shape))),
    )
    .reduce((total, length) => total + length, 0);
  if (elements > MAX_WEIGHT_BYTES) {
    throw unsupportedError(
      'model-too-large',
      `The weights of this model take ${counted(elements, 'byte')}; no microcontroller holds the tenth part of them.`,
    );
  }
}

/** All weights, in the order of the manifest. `loadShard` is asked for files that stay inside the model's folder alone. */
export function readWeights(
  groups: Manifest,
  loadShard: LoadBeside,
  damaged: Damaged,
): readonly StoredWeight[] {
  checkManifest(groups, damaged);
  return groups.flatMap((group) => readGroup(group, loadShard, damaged));
}

/** That such files cannot be made sense of. */
export function damagedModel(kind: string, hint: string): Damaged {
  return (detail, cause) =>
    inputError('bad-tfjs-model', `model.json is not a readable ${kind}: ${detail}.`, hint, cause);
}
