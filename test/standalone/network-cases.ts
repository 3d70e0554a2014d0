/** Random networks in every form, as graphs with the interpreter's results. */

import { createRandom, type Random } from '../../src/core/random.ts';
import { elementCount, type TensorData, type TensorType } from '../../src/core/tensor.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { readTflmModel } from '../../src/models/tflm-model.ts';
import { randomNetwork } from '../random-networks/random-network.ts';
import type { GoldenCase } from './golden-cases.ts';

export const NETWORK_TYPES = ['float', 'int8', 'int16x8'] as const;
type NetworkType = (typeof NETWORK_TYPES)[number];

const RECORDS = 3;

function drawInput({ dtype, shape }: TensorType, random: Random): TensorData {
  const length = elementCount(shape);
  if (dtype === 'int8') return Int8Array.from({ length }, () => random.below(256) - 128);
  if (dtype === 'int16') return Int16Array.from({ length }, () => random.below(65536) - 32768);
  if (dtype === 'float32') return Float32Array.from({ length }, () => random.normal());
  throw new Error(`no random input of ${dtype}`);
}

async function networkGraph(seed: number, type: NetworkType): Promise<Graph> {
  const { model, calibration } = randomNetwork(seed);
  const imported = importKeras(model);
  const { bytes } = await convertModel(
    imported,
    type === 'float' ? { type } : { type, method: 'tensorflow', calibration: arrayRecords(calibration) },
  );
  return readTflmModel(bytes).graph;
}

/** The network of a seed in one form, with three records of random elements. */
export async function networkCase(seed: number, type: NetworkType): Promise<GoldenCase> {
  const graph = await networkGraph(seed, type);
  const interpreter = createInterpreter(graph, { kernels: 'plain' });
  const random = createRandom(seed, `standalone ${type}`);
  const inferences = Array.from({ length: RECORDS }, () => {
    const inputs = graph.inputs.map((id) => drawInput(getValue(graph, id).type, random));
    const expected = interpreter.invoke(inputs).map((data) => data.slice() as TensorData);
    return { inputs, expected };
  });
  return { name: `network ${seed} ${type}`, graph, inferences };
}
