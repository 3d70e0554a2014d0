/** Networks of `../shared/import` with inputs and outputs that others recorded. */

import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { allocate, elementCount } from '../../../src/core/tensor.ts';
import { type FloatArray, recordAt } from '../../../src/data/records/float-array.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import type { AxisOrder, Imported } from '../../../src/formats/importer.ts';
import { importModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { fromTensor, toTensor } from '../../../src/models/run/real-tensor.ts';
import { sqnr } from '../../../src/models/score/sqnr.ts';
import { permutedData } from '../../../src/passes/layout/permutation.ts';
import { SHARED_FOLDER, sharedBytes } from '../shared.ts';

/** Below `../shared`. */
export type SharedFolder = string;

/** The folders of networks in one of `../shared/import`. */
export function networkNames(kind: string): readonly string[] {
  const folder = resolve(SHARED_FOLDER, 'import', kind);
  return readdirSync(folder).filter((name) => existsSync(resolve(folder, name, 'meta.json')));
}

export function filesIn(folder: SharedFolder, ending: string): readonly string[] {
  return readdirSync(resolve(SHARED_FOLDER, folder)).filter((name) => name.endsWith(ending));
}

/** Python writes NaN, which JSON has not. */
export function metaOf(folder: SharedFolder): unknown {
  const text = new TextDecoder().decode(sharedBytes(folder, 'meta.json'));
  return JSON.parse(text.replace(/\bNaN\b/g, 'null'));
}

/** Reads a model; what it names beside itself lies in its own folder. */
export function importShared(folder: SharedFolder, file: string): Promise<Imported> {
  return importModel(sharedBytes(folder, file), {
    name: file,
    loadShard: (path) => sharedBytes(folder, path),
  });
}

function inOrder({ shape, data }: FloatArray, order: AxisOrder): FloatArray {
  if (order === undefined) return { shape, data };
  return {
    shape: [shape[0], ...order.slice(1).map((axis) => shape[axis])],
    data: permutedData(data, shape, order),
  };
}

/**
 * The arrays of `x`, `y` or `x_calib`, one for each end of a graph, in its order of axes; undefined where there is no such
 * file.
 */
export function recordsOf(
  folder: SharedFolder,
  name: 'x' | 'y' | 'x_calib',
  count: number,
  orders: readonly AxisOrder[] = [],
): readonly FloatArray[] | undefined {
  const files = Array.from({ length: count }, (_, index) => `${count === 1 ? name : `${name}_${index}`}.npy`);
  if (!files.every((file) => existsSync(resolve(SHARED_FOLDER, folder, file)))) return undefined;
  return files.map((file, index) => inOrder(readNpyFloat32(sharedBytes(folder, file)), orders[index]));
}

/** The outputs of all records, one array for each output; `resets`: a record knows nothing of those before it. */
export function runRecords(
  graph: Graph,
  inputs: readonly FloatArray[],
  resets: boolean,
): readonly Float32Array[] {
  const interpreter = createInterpreter(graph);
  const [count] = inputs[0].shape;
  const types = graph.outputs.map((id) => getValue(graph, id).type);
  const results = types.map(({ shape }) => new Float32Array(count * elementCount(shape)));
  const staging = interpreter.inputs.map(({ dtype, shape }) => allocate(dtype, elementCount(shape)));
  for (let row = 0; row < count; row++) {
    if (resets) interpreter.reset();
    for (const [at, type] of interpreter.inputs.entries())
      toTensor(type, recordAt(inputs[at], row), staging[at]);
    for (const [at, data] of interpreter.invoke(staging).entries()) {
      const length = elementCount(types[at].shape);
      fromTensor(types[at], data, results[at].subarray(row * length, (row + 1) * length));
    }
  }
  return results;
}

/** The largest error over the largest value, of the output where that is most. */
export function relativeErrorOf(actual: readonly Float32Array[], expected: readonly FloatArray[]): number {
  const errors = expected.map(({ data }, output) => {
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = (value: number, at: number): number => Math.abs(value - actual[output][at]);
    return data.reduce((most, value, at) => Math.max(most, error(value, at)), 0) / largest;
  });
  return Math.max(...errors);
}

/** In dB, one number for each output. */
export function noiseOf(actual: readonly Float32Array[], expected: readonly FloatArray[]): readonly number[] {
  return expected.map(({ data }, output) => sqnr(actual[output], data));
}
