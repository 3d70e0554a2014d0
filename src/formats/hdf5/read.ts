/** An HDF5 file as a plain tree: groups, texts among the attributes, numbers as float32. Sizes are checked before reading. */

import type * as h5wasm from 'h5wasm';
import { unsupportedError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import type { Hdf5 } from './host.ts';
import { damagedHdf5, readWithHdf5 } from './library.ts';

export interface Hdf5Dataset {
  readonly shape: Shape;
  /** Row-major; whole numbers and doubles are rounded to float32. */
  readonly data: Float32Array;
}

export interface Hdf5Group {
  /** Attributes that are a text or a list of texts. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  readonly datasets: ReadonlyMap<string, Hdf5Dataset>;
}

const MAX_FILE_BYTES = 1 << 29;
const MAX_DATA_BYTES = 1 << 28;
/** What any file may unpack to, and what more for each of its bytes: nearly what DEFLATE makes of zeros, packed once. */
const FREE_DATA_BYTES = 1 << 21;
const DATA_BYTES_PER_FILE_BYTE = 1 << 10;
const MAX_OBJECTS = 100_000;
const MAX_DEPTH = 32;
const MAX_RANK = 8;
/** A hundred times what the smallest file takes; real files are read at 50 MB/s and more, here 0.5 are enough. */
const TIME_LIMIT_MS = 2000;
const TIME_LIMIT_BYTES_PER_MS = 500;

function timeLimitFor(bytes: Uint8Array): number {
  return TIME_LIMIT_MS + Math.ceil(bytes.length / TIME_LIMIT_BYTES_PER_MS);
}

/** DEFLATE, the best of HDF5's filters, packs at most 1032 bytes into one. */
const MAX_COMPRESSION = 1100;

function tooLarge(what: string): Error {
  return unsupportedError('model-too-large', `${what}; no microcontroller holds such a model.`);
}

/** What one file may still take. */
interface Budget {
  readonly fileBytes: number;
  objects: number;
  bytes: number;
  /** Of one dataset or attribute. */
  readonly plausibleBytes: number;
}

function spend(budget: Budget, path: string, { size, total_size }: h5wasm.Metadata): void {
  const bytes = size * total_size;
  if (!(bytes <= budget.plausibleBytes)) {
    throw damagedHdf5(`"${path}" should have ${bytes} bytes, more than the file can hold`);
  }
  budget.bytes -= bytes;
  if (budget.bytes < 0) {
    const { fileBytes } = budget;
    const limit = dataLimit(fileBytes);
    if (limit === MAX_DATA_BYTES) throw tooLarge(`The datasets of the file take more than ${limit} bytes`);
    throw unsupportedError(
      'model-too-large',
      `With "${path}" the weights take more than ${limit} bytes, the most that is unpacked of a file of ${fileBytes} bytes.`,
      'Trained weights are not packed so small: train the model, or save it without compression.',
    );
  }
}

function dataLimit(fileBytes: number): number {
  return Math.min(MAX_DATA_BYTES, FREE_DATA_BYTES + fileBytes * DATA_BYTES_PER_FILE_BYTE);
}

function countObject(budget: Budget, path: string, depth: number): void {
  if (--budget.objects < 0) throw damagedHdf5(`it has more than ${MAX_OBJECTS} objects`);
  if (depth > MAX_DEPTH) throw damagedHdf5(`"${path}" is nested more than ${MAX_DEPTH} groups deep`);
}

type ReadContext = { readonly hdf5: Hdf5; readonly budget: Budget };

const FLOAT_CLASS = 1;
const INTEGER_CLASS = 0;
const STRING_CLASS = 3;

function toFloat32(values: unknown): Float32Array | undefined {
  if (values instanceof Float32Array) return values;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return Float32Array.from(values, Number);
  }
  if (ArrayBuffer.isView(values)) return Float32Array.from(values as Float64Array);
  if (typeof values === 'number' || typeof values === 'bigint') return Float32Array.of(Number(values));
  return undefined;
}

function readDataset(
  dataset: h5wasm.Dataset,
  path: string,
  { budget }: ReadContext,
): Hdf5Dataset | undefined {
  const { metadata } = dataset;
  const { type, size, shape, virtual_sources } = metadata;
  if (type !== FLOAT_CLASS && type !== INTEGER_CLASS) return undefined;
  if (type === FLOAT_CLASS && size !== 4 && size !== 8) {
    throw unsupportedError(
      'weight-type',
      `"${path}" holds floating-point numbers of ${size} bytes, and tinyml reads those of 4 and 8.`,
      'Save the model with float32 weights.',
    );
  }
  if (shape === null || shape.length > MAX_RANK || virtual_sources !== undefined) {
    throw damagedHdf5(`"${path}" is no plain array`);
  }
  spend(budget, path, metadata);
  const data = toFloat32(dataset.value);
  if (data === undefined) throw damagedHdf5(`"${path}" holds no numbers`);
  return { shape, data };
}

function readTexts(
  object: h5wasm.Group,
  path: string,
  { budget }: ReadContext,
): Map<string, readonly string[]> {
  const texts = new Map<string, readonly string[]>();
  for (const [name, attribute] of Object.entries(object.attrs)) {
    if (attribute.metadata.type !== STRING_CLASS || attribute.shape === null) continue;
    countObject(budget, path, 0);
    spend(budget, `${path}@${name}`, attribute.metadata);
    const { value } = attribute;
    const list = Array.isArray(value) ? value : [value];
    texts.set(
      name,
      list.filter((text): text is string => typeof text === 'string'),
    );
  }
  return texts;
}

function readGroup(group: h5wasm.Group, path: string, depth: number, context: ReadContext): Hdf5Group {
  const { hdf5, budget } = context;
  const groups = new Map<string, Hdf5Group>();
  const datasets = new Map<string, Hdf5Dataset>();
  for (const name of group.keys()) {
    const childPath = `${path}/${name}`;
    countObject(budget, childPath, depth);
    if (isOptimizer(childPath)) continue;
    const child = group.get(name);
    if (child instanceof hdf5.Group) {
      groups.set(name, readGroup(child, childPath, depth + 1, context));
    } else if (child instanceof hdf5.Dataset) {
      const dataset = readDataset(child, childPath, context);
      if (dataset !== undefined) datasets.set(name, dataset);
    }
  }
  return { texts: readTexts(group, path, context), groups, datasets };
}

/** Keras stores what training needs to go on beside the weights; it can be larger than them. */
function isOptimizer(path: string): boolean {
  return path === '/optimizer_weights' || path === '/optimizer';
}

interface ReadOptions {
  /** Of the archive that the HDF5 file was packed into; its own otherwise. */
  readonly fileBytes?: number;
  readonly timeLimitMs?: number | undefined;
}

/** Everything but optimizer states. Throws `bad-hdf5` (input), `model-too-large` and `weight-type` (unsupported). */
export async function readHdf5(bytes: Uint8Array, options: ReadOptions = {}): Promise<Hdf5Group> {
  const { fileBytes = bytes.length, timeLimitMs = timeLimitFor(bytes) } = options;
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(`The HDF5 file has ${bytes.length} bytes`);
  const budget = {
    fileBytes,
    objects: MAX_OBJECTS,
    bytes: dataLimit(fileBytes),
    plausibleBytes: bytes.length * MAX_COMPRESSION,
  };
  return readWithHdf5(bytes, timeLimitMs, (file, hdf5) => readGroup(file, '', 0, { hdf5, budget }));
}
