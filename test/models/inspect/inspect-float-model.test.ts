/** What inspect says of float models before they are quantized, against inspect of the files that come out. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import type { FloatArray } from '../../../src/data/records/float-array.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { arrayRecords, type RecordSource } from '../../../src/data/records/records.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import type { Int8Form } from '../../../src/models/convert/lower.ts';
import {
  type Bounds,
  type InspectedInt8Form,
  inspectFloatGraph,
} from '../../../src/models/inspect/inspect-float-model.ts';
import { type Inspection, inspectModel } from '../../../src/models/inspect/inspect-model.ts';
import { LIBRARIES, type Library } from '../../../src/targets/tflm/operators.ts';
import { graphOf } from '../../passes/run-pass.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const FORM: Int8Form = { io: 'int8', densePerChannel: false, library: 'tflm', method: 'fast' };

/** The largest share by which a figure that only samples settle may be off. */
const LOOSENESS = 0.03;
/** Two of three units of this network never see the inputs below zero that would wake them. */
const LOOSE: readonly string[] = ['sine.h5 macs'];

async function int8FormOf(graph: Graph, form: Int8Form): Promise<InspectedInt8Form> {
  const { int8 } = await inspectFloatGraph(graph, form);
  if ('refusal' in int8) throw new Error(int8.refusal);
  return int8;
}

async function converted(
  graph: Graph,
  form: Int8Form,
  calibration: RecordSource,
  without: readonly string[] = [],
): Promise<Inspection> {
  const { bytes } = await convertModel(graph, { ...form, calibration, without });
  return inspectModel(bytes, form).inspection;
}

/** The figures that are promised, by the name under which `atMost` has them. */
function figures(inspection: Inspection): readonly (readonly [keyof Bounds, number])[] {
  const { operators, macs, arena } = inspection;
  return [
    ['operators', operators.length],
    ['macs', macs],
    ...arena.flatMap(({ usedBytes, minimumBytes }) => [
      ['arena', usedBytes] as const,
      ['arena', minimumBytes] as const,
    ]),
  ];
}

/** Without the one pass that looks at ranges, only parameters that coincide make a difference. */
async function expectExact(graph: Graph, form: Int8Form, calibration: RecordSource): Promise<void> {
  const { inspection } = await int8FormOf(graph, form);
  const whole = await converted(graph, form, calibration, ['drop-constant-channels']);
  expect(figures(inspection)).toEqual(figures(whole));
  expect(inspection.constantBytes).toBe(whole.constantBytes);
  expect(inspection.overheadBytes).toBeGreaterThanOrEqual(whole.overheadBytes);
  expect(inspection.fileBytes).toBeLessThan(1.03 * whole.fileBytes);
}

async function expectBounded(name: string, graph: Graph, form: Int8Form, whole: Inspection): Promise<void> {
  const { inspection, bounds } = await int8FormOf(graph, form);
  const actual = figures(whole);
  for (const [index, [figure, foretold]] of figures(inspection).entries()) {
    const value = actual[index][1];
    if (bounds[figure] === 'exact') expect(foretold, figure).toBe(value);
    if (bounds[figure] === 'at-most') expect(foretold, figure).toBeGreaterThanOrEqual(value);
    const isLoose = LOOSE.includes(`${name} ${figure}`);
    expect(Math.abs(foretold / value - 1) > LOOSENESS, `${figure}: ${foretold} and ${value}`).toBe(isLoose);
  }
}

/** With the samples it is the conversion. */
async function expectCalibrated(
  graph: Graph,
  form: Int8Form,
  calibration: RecordSource,
  whole: Inspection,
): Promise<void> {
  const { int8 } = await inspectFloatGraph(graph, form, { calibration });
  if ('refusal' in int8) throw new Error(int8.refusal);
  expect(int8.inspection).toEqual({ ...whole, passes: [] });
  expect(new Set(Object.values(int8.bounds))).toEqual(new Set(['exact']));
}

async function expectForetold(
  name: string,
  graph: Graph,
  calibration: RecordSource,
  method: 'fast' | 'default',
  libraries: readonly Library[],
): Promise<void> {
  for (const library of libraries) {
    const form = { ...FORM, library, method };
    const whole = await converted(graph, form, calibration);
    await expectExact(graph, form, calibration);
    await expectBounded(name, graph, form, whole);
    await expectCalibrated(graph, form, calibration, whole);
  }
}

/** With the ends that a library does not see. */
function expectExactInFloat(
  graph: Graph,
  calibration: RecordSource,
  method: 'fast' | 'default',
): Promise<void> {
  return expectExact(graph, { io: 'float', densePerChannel: true, library: 'tflm', method }, calibration);
}

/** Enough that no two ranges coincide by chance; every one of many conversions runs them all. */
const CALIBRATED = 32;
/** Of large records a few do. */
const MOST_VALUES = 2 ** 17;

function first({ shape: [length, ...record], data }: FloatArray): FloatArray {
  const size = elementCount(record);
  const kept = Math.min(CALIBRATED, length, Math.floor(MOST_VALUES / size));
  return { shape: [kept, ...record], data: data.slice(0, kept * size) };
}

const readFile = (path: string): Promise<Graph> => readModel(readFileSync(path), { name: path });

const folder = sharedPath('models', 'keras');
/** One of large layers takes as long as all others together; the operators are those of dscnn.h5. */
const LARGE = 'mobilenet_v1_025_96.h5';
const names =
  folder === undefined
    ? ['none']
    : readdirSync(folder).filter((name) => name.endsWith('.h5') && name !== LARGE);

describe.skipIf(folder === undefined)(`the int8 form of Keras models (${NO_SHARED})`, () => {
  // A conversion for every library takes long; which is which makes no difference to most networks.
  it.each(names.map((name, index) => [name, LIBRARIES[index % LIBRARIES.length]] as const))(
    '%s: is that of its conversion for %s',
    async (name, library) => {
      const path = join(folder as string, name);
      const graph = await readFile(path);
      const records = arrayRecords(first(readNpyFloat32(readFileSync(path.replace(/h5$/, 'x_calib.npy')))));
      await expectForetold(name, graph, records, 'fast', [library]);
    },
  );
});

/** Random samples for the one input of a graph. */
function randomRecords(graph: Graph, count: number): RecordSource {
  const { shape } = getValue(graph, graph.inputs[0]).type;
  const random = createRandom(3, 'inspect');
  const data = Float32Array.from({ length: count * elementCount(shape) }, () => random.normal());
  return arrayRecords({ shape: [count, ...shape.slice(1)], data });
}

describe('the int8 form of a float model', () => {
  // What a library needs is done before a method begins.
  it.each([
    ['fast', LIBRARIES],
    ['default', ['chirale']],
  ] as const)('is that of its conversion by the method %s for %j', async (method, libraries) => {
    const graph = await readFile('fixtures/keras/tiny.h5');
    const records = randomRecords(graph, 16);
    await expectForetold('tiny.h5', graph, records, method, libraries);
    await expectExactInFloat(graph, records, method);
  });

  it('stands beside the float file, which is that of its conversion', async () => {
    const graph = await readFile('fixtures/keras/tiny.h5');
    const { float } = await inspectFloatGraph(graph, FORM);
    const { bytes: file } = await convertModel(graph, { type: 'float' });
    expect(float.inspection).toEqual({ ...inspectModel(file).inspection, passes: [] });
  });

  it('is what a library needs: its arena, and its passes in the table', async () => {
    const graph = graphOf((b) => {
      const image = b.conv('conv', b.in('x', 1, 6, 6, 2), 4, 3);
      return [b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [image])];
    });
    const { int8, passes } = await inspectFloatGraph(graph, { ...FORM, library: 'chirale' });
    if ('refusal' in int8) throw new Error(int8.refusal);
    expect(int8.inspection.operators.map(({ operator }) => operator)).toContain('AVERAGE_POOL_2D');
    expect(passes.map(({ pass }) => pass)).toContain('means-as-pools');
    const tflm = await int8FormOf(graph, FORM);
    expect(tflm.inspection.operators.map(({ operator }) => operator)).toContain('MEAN');
  });

  const boundsOf = async (graph: Graph): Promise<Bounds> => (await int8FormOf(graph, FORM)).bounds;

  it('says so where samples may prove hidden channels constant', async () => {
    const graph = graphOf((b) => [b.dense('out', b.dense('hidden', b.in('x', 1, 3), 4, 'relu'), 2)]);
    expect(await boundsOf(graph)).toEqual({
      fileBytes: 'about',
      constantBytes: 'about',
      overheadBytes: 'about',
      operators: 'exact',
      macs: 'at-most',
      arena: 'about',
    });
    const zeros = arrayRecords({ shape: [1, 3], data: new Float32Array(3) });
    const { inspection } = await int8FormOf(graph, FORM);
    expect((await converted(graph, FORM, zeros)).macs).toBeLessThan(inspection.macs);
  });

  it('is exact where no channel can go: all are those of inputs and outputs, or needed together', async () => {
    const single = graphOf((b) => [b.dense('out', b.in('x', 1, 3), 2)]);
    const softmax = graphOf((b) => [
      b.add('softmax', 'y', { beta: 1 }, [b.dense('out', b.in('x', 1, 3), 2)]),
    ]);
    for (const graph of [single, softmax]) {
      expect(await boundsOf(graph)).toEqual({
        fileBytes: 'about',
        constantBytes: 'about',
        overheadBytes: 'about',
        operators: 'exact',
        macs: 'exact',
        arena: 'exact',
      });
    }
  });

  it('has at most the operators where samples may make the two scales of a QUANTIZE equal', async () => {
    const graph = graphOf((b) => {
      const [x, y] = [b.in('x', 1, 4), b.in('y', 1, 4)];
      return [b.add('concatenation', 'joined', { axis: -1, activation: 'none' }, [x, y])];
    });
    expect(await boundsOf(graph)).toMatchObject({ operators: 'at-most', arena: 'about' });
  });

  it('does not know where samples may prove that zeros of a normalized input lie outside its range', async () => {
    const graph = graphOf((b) => {
      const shift = b.const('shift', [2], [-1, -3]);
      const shifted = b.add('add', 'add', { activation: 'none' }, [b.in('x', 1, 4, 4, 2), shift]);
      return [b.conv('conv', shifted, 2, 3)];
    });
    expect(await boundsOf(graph)).toMatchObject({ operators: 'about', macs: 'about', arena: 'about' });
    const ofRange = async (largest: number): Promise<number> => {
      const data = Float32Array.from({ length: 64 }, (_, index) => (largest * index) / 63);
      const { operators } = await converted(graph, FORM, arrayRecords({ shape: [2, 4, 4, 2], data }));
      return operators.length;
    };
    expect([await ofRange(4), await ofRange(2)]).toEqual([3, 2]);
  });

  it('foretells the integers of an operator that takes nothing negative', async () => {
    const graph = graphOf((b) => {
      const squares = b.add('mul', 'squares', { activation: 'none' }, [b.in('x', 1, 8), b.in('y', 1, 8)]);
      const apart = b.add('reshape', 'apart', { newShape: [2, 4] }, [squares]);
      return [b.dense('out', b.add('rsqrt', 'inverse', {}, [apart]), 3)];
    });
    const data = Float32Array.from({ length: 16 * 8 }, (_, index) => 1 + (index % 8) / 4);
    const whole = await converted(graph, FORM, arrayRecords({ shape: [8, 16], data }));
    const { inspection } = await int8FormOf(graph, FORM);
    expect(figures(inspection)).toEqual(figures(whole));
  });

  it('says why there is none, and what the passes do before that', async () => {
    const graph = graphOf((b) => {
      const x = b.in('x', 1, 3);
      const computed = b.dense('weights', b.in('y', 2, 3), 3);
      const product = b.add('fully_connected', 'out', { activation: 'none', keepNumDims: false }, [
        x,
        computed,
      ]);
      return [b.add('relu', 'relu', {}, [product])];
    });
    const { int8, passes } = await inspectFloatGraph(graph, FORM);
    expect(int8).toEqual({
      refusal: 'pass quantize: FULLY_CONNECTED "out" has weights that are computed',
    });
    expect(passes.map(({ pass }) => pass)).toEqual(['imported', 'fuse-activation']);
  });
});
