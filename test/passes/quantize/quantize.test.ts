import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FloatModel } from '../../../src/core/float-model.ts';
import { type PerAxisQuant, perTensor, type QuantParams } from '../../../src/core/quant-params.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { type Graph, getValue, type NodeOf } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import {
  activationParameters,
  makeRoomForBias,
  quantizeBias,
  quantizeWeights,
  weightParameters,
} from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { QUIET } from '../../models/quiet.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

describe("TensorFlow's rules", () => {
  it.each([
    [2, 10, 0.0392157, -128],
    [-10, -2, 0.0392157, 127],
    [-1, 3, 0.01568628, -64],
    [0, 0, 7.843137e-9, 0],
  ])('activation range [%f, %f] has scale %f and zero point %i', (min, max, scale, zeroPoint) => {
    const quant = activationParameters({ min, max });
    expect(quant.scale / scale).toBeCloseTo(1, 6);
    expect(quant.zeroPoint).toBe(zeroPoint);
  });

  it('weights round half away from zero within ±127', () => {
    const weights = Float32Array.of(127, 0.5, -0.5, 1.5, -126.5, -127);
    expect([...quantizeWeights(weights, [1, 6], weightParameters(weights, [1, 6], undefined))]).toEqual([
      127, 1, -1, 2, -127, -127,
    ]);
  });

  it('an all-zero channel gets the narrowest scale', () => {
    const { scales } = weightParameters(Float32Array.of(0, 0, 1, -2), [2, 2], 0) as PerAxisQuant;
    expect(scales[0]).toBe(Math.fround(0.5e-6 / 127));
    expect(scales[1]).toBe(Math.fround(2 / 127));
  });

  it('every channel along any axis has its scale', () => {
    const [shape, weights] = [[1, 1, 2, 3], Float32Array.of(1, -20, 0, -12.7, 5, 254)];
    const quant = weightParameters(weights, shape, 3) as PerAxisQuant;
    expect([quant.axis, ...quant.scales]).toEqual([3, ...[0.1, 20 / 127, 2].map(Math.fround)]);
    expect([...quantizeWeights(weights, shape, quant)]).toEqual([10, -127, 0, -127, 32, 127]);
  });

  it('a bias beyond 2^30 steps enlarges the scale of its weights', () => {
    const bias = Float32Array.of(8, 0.001);
    const quant = makeRoomForBias(
      weightParameters(Float32Array.of(0, 0, 1, -2), [2, 2], 0),
      0.05,
      bias,
    ) as PerAxisQuant;
    const biasScale = Math.fround(0.05 * quant.scales[0]);
    const [enlarged] = quantizeBias(bias, perTensor(biasScale, 0));
    expect(Math.abs(enlarged - 2 ** 30) / 2 ** 30).toBeLessThan(1e-6);
    expect(quant.scales[1]).toBe(Math.fround(2 / 127));
  });
});

/** The Keras model as the HDF5 file has it; the product's own reader of such files is another matter. */
async function readSineH5(path: string): Promise<FloatModel> {
  const h5wasm = await import('h5wasm/node');
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'r');
  const config = JSON.parse(String(file.attrs.model_config.value));
  const weights: FloatModel['weights'][number][] = [];
  const visit = (group: InstanceType<typeof h5wasm.Group>): void => {
    for (const key of group.keys()) {
      const entry = group.get(key);
      if (entry instanceof h5wasm.Group) visit(entry);
      if (!(entry instanceof h5wasm.Dataset)) continue;
      const [layer, weight] = entry.path.split('/').slice(-2);
      weights.push({
        name: `${layer}/${weight.replace(/:0$/, '')}`,
        shape: entry.shape as number[],
        data: Float32Array.from(entry.value as Float32Array),
      });
    }
  };
  visit(file.get('model_weights') as InstanceType<typeof h5wasm.Group>);
  file.close();
  return { topology: config, weights };
}

const h5 = sharedPath('models', 'keras', 'sine.h5');
const calibration = sharedPath('models', 'keras', 'sine.x_calib.npy');
const theirs = sharedPath('peer', 'tf221', 'sine.tflite');
const present = h5 !== undefined && calibration !== undefined && theirs !== undefined;

describe.skipIf(!present)(`the sine network as TensorFlow 2.21 quantizes it (${NO_SHARED})`, () => {
  let ours: Graph;
  let reference: Graph;

  beforeAll(async () => {
    const float = importKeras(await readSineH5(h5 as string));
    const records = readNpyFloat32(readFileSync(calibration as string));
    const { ranges } = await calibrate(float, arrayRecords(records), QUIET);
    ours = runPasses(float, [quantizePass(ranges, { densePerChannel: true })]);
    reference = readTflite(readFileSync(theirs as string)).graph;
  });

  /** One rounding of float32: TensorFlow adds the products of a layer in another order. */
  const ULP = 2 ** -23;
  const expectSame = (a: QuantParams | undefined, b: QuantParams | undefined, what: string): void => {
    const scales = (quant: QuantParams | undefined): number[] =>
      quant === undefined ? [] : quant.scheme === 'per-tensor' ? [quant.scale] : [...quant.scales];
    // A file cannot tell one scale per channel from one scale where there is one channel.
    const zeroPoint = (quant: QuantParams | undefined): number =>
      quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0;
    expect(scales(a).length, what).toBe(scales(b).length);
    for (const [index, scale] of scales(a).entries()) {
      expect(Math.abs(scale / scales(b)[index] - 1), what).toBeLessThanOrEqual(ULP);
    }
    expect(zeroPoint(a), what).toBe(zeroPoint(b));
  };

  const layer = (graph: Graph, index: number) => graph.nodes[index] as NodeOf<'fully_connected'>;
  const value = (graph: Graph, id: number | undefined) => getValue(graph, id as number);

  it('has the same scales and zero points everywhere', () => {
    expect(ours.nodes.map(({ kind }) => kind)).toEqual(reference.nodes.map(({ kind }) => kind));
    expect(value(ours, ours.inputs[0]).type.quant).toEqual(value(reference, reference.inputs[0]).type.quant);
    for (let index = 0; index < 3; index++) {
      const [a, b] = [layer(ours, index), layer(reference, index)];
      expectSame(
        value(ours, a.outputs[0]).type.quant,
        value(reference, b.outputs[0]).type.quant,
        `output ${index}`,
      );
      for (const operand of [1, 2]) {
        expectSame(
          value(ours, a.inputs[operand]).type.quant,
          value(reference, b.inputs[operand]).type.quant,
          `operand ${operand} of ${index}`,
        );
      }
    }
  });

  it('has the same weights and biases', () => {
    for (let index = 0; index < 3; index++) {
      const [a, b] = [layer(ours, index), layer(reference, index)];
      for (const operand of [1, 2]) {
        expect(value(ours, a.inputs[operand]).data, `operand ${operand} of ${index}`).toEqual(
          value(reference, b.inputs[operand]).data,
        );
      }
    }
  });
});
