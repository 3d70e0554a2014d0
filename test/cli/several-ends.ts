/** A model with two inputs and two outputs, and samples for it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { createRandom } from '../../src/core/random.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { makeFolder } from './run-main.ts';

export const layer = (class_name: string, name: string, from: readonly string[], config = {}) => ({
  class_name,
  name,
  config: { name, ...config },
  inbound_nodes: from.length === 0 ? [] : [from.map((other) => [other, 0, 0, {}])],
});
export const input = (name: string, units: number) =>
  layer('InputLayer', name, [], { batch_input_shape: [null, units] });

/** sum = a + b and rest = relu(b · sum). */
export const MODEL = {
  format: 'layers-model',
  modelTopology: {
    class_name: 'Functional',
    config: {
      layers: [
        input('a', 3),
        input('b', 3),
        layer('Add', 'sum', ['a', 'b']),
        layer('Multiply', 'product', ['b', 'sum']),
        layer('ReLU', 'rest', ['product']),
      ],
      input_layers: ['a', 'b'].map((name) => [name, 0, 0]),
      output_layers: ['sum', 'rest'].map((name) => [name, 0, 0]),
    },
  },
  weightsManifest: [],
};

export const ROWS = 40;
const random = createRandom(7, 'several ends');
const draw = (rows = ROWS) => Float32Array.from({ length: 3 * rows }, () => 2 * random.uniform() - 1);
export const [A, B] = [draw(), draw()];
export const npy = (data: Float32Array) => writeNpy('float32', [data.length / 3, 3], data);

export function folderWithModel(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'model.json'), JSON.stringify(MODEL));
  writeFileSync(join(folder, 'a.npy'), npy(A));
  writeFileSync(join(folder, 'b.npy'), npy(B));
  writeFileSync(join(folder, 'few.npy'), npy(draw(4)));
  writeFileSync(join(folder, 'both.npz'), zipSync({ 'b.npy': npy(B), 'a.npy': npy(A) }));
  return folder;
}
