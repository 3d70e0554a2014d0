/** Any HDF5 file as a tree, by the library. Sizes are checked before reading. */

import type * as h5wasm from 'h5wasm';
import { unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { type Budget, budgetOf, countObject, spend } from './budget.ts';
import type { Hdf5 } from './host.ts';
import { damagedHdf5, readWithHdf5 } from './library.ts';
import { type Hdf5Dataset, type Hdf5Group, isOptimizer, MAX_RANK } from './tree.ts';

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
      `"${path}" holds floating-point numbers of ${counted(size, 'byte')}, and tinyml reads those of 4 and 8.`,
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

/** Everything but optimizer states, of an archive of `fileBytes` or of the file itself. Throws what `readHdf5` does. */
export function readWithLibrary(
  bytes: Uint8Array,
  fileBytes: number,
  timeLimitMs: number,
): Promise<Hdf5Group> {
  const budget = budgetOf(bytes, fileBytes);
  return readWithHdf5(bytes, timeLimitMs, (file, hdf5) => readGroup(file, '', 0, { hdf5, budget }));
}
