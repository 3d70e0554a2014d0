import { strToU8, zipSync } from 'fflate';
import * as hdf5 from 'h5wasm';
import { expect, test } from 'vitest';
import { readKerasZip } from '../../../src/formats/keras-zip/read.ts';

/** A `.keras` file with these weights, by the path of their group. */
async function archive(
  config: object,
  weights: Readonly<Record<string, readonly number[]>>,
): Promise<Uint8Array> {
  const { FS } = await hdf5.ready;
  const file = new hdf5.File('/weights.h5', 'w');
  for (const [path, values] of Object.entries(weights)) {
    const parts = path.split('/');
    for (const end of parts.slice(1).keys()) {
      const group = parts.slice(0, end + 1).join('/');
      if (!file.paths().includes(`/${group}`) && !file.paths().includes(group)) file.create_group(group);
    }
    const data = Float32Array.from(values);
    file.create_dataset({ name: path, data, shape: [values.length], dtype: '<f' });
  }
  file.close();
  const bytes = (FS as { readFile(path: string): Uint8Array }).readFile('/weights.h5');
  return zipSync({
    'config.json': strToU8(JSON.stringify(config)),
    'metadata.json': strToU8('{"keras_version":"3.0.0"}'),
    'model.weights.h5': bytes,
  });
}

function layer(className: string, name: string, config: object = {}): object {
  return { class_name: className, config: { name, ...config } };
}

const bare = { use_bias: false };

test('weights inside models and wrappers get the names of the layers around them', async () => {
  const inner = layer('Sequential', 'inner', {
    layers: [layer('Dense', 'a', bare), layer('Dense', 'b', bare)],
  });
  const config = layer('Sequential', 'outer', {
    layers: [
      layer('Dense', 'first', bare),
      inner,
      layer('TimeDistributed', 'over', { layer: layer('Dense', 'c', bare) }),
    ],
  });
  const { topology, weights } = await readKerasZip(
    await archive(config, {
      'layers/dense/vars/0': [1],
      'layers/sequential/layers/dense/vars/0': [2],
      'layers/sequential/layers/dense_1/vars/0': [3],
      'layers/time_distributed/layer/vars/0': [4],
    }),
  );
  expect(topology.keras_version).toBe('3.0.0');
  expect(weights.map(({ name, data }) => [name, ...data])).toEqual([
    ['first/kernel', 1],
    ['inner/a/kernel', 2],
    ['inner/b/kernel', 3],
    ['over/kernel', 4],
  ]);
});

test('TensorFlow 2.13 named the list otherwise and left numbers out', async () => {
  const config = layer('Sequential', 'model', {
    layers: Array.from({ length: 3 }, (_, index) => layer('Dense', `layer ${index}`, bare)),
  });
  const { weights } = await readKerasZip(
    await archive(config, {
      '_layer_checkpoint_dependencies/dense/vars/0': [1],
      '_layer_checkpoint_dependencies/dense_2/vars/0': [2],
      '_layer_checkpoint_dependencies/dense_10/vars/0': [3],
    }),
  );
  expect(weights.map(({ data }) => data[0])).toEqual([1, 2, 3]);
});

test('batch normalization has the weights that its configuration asks for', async () => {
  const config = layer('Sequential', 'model', {
    layers: [layer('BatchNormalization', 'b', { scale: false })],
  });
  const file = archive(config, {
    'layers/batch_normalization/vars/0': [1],
    'layers/batch_normalization/vars/1': [2],
    'layers/batch_normalization/vars/2': [3],
  });
  expect((await readKerasZip(await file)).weights.map(({ name }) => name)).toEqual([
    'b/beta',
    'b/moving_mean',
    'b/moving_variance',
  ]);
});

test('a missing weight is named', async () => {
  const config = layer('Sequential', 'model', { layers: [layer('Dense', 'd')] });
  await expect(readKerasZip(await archive(config, { 'layers/dense/vars/0': [1] }))).rejects.toThrow(
    'weight 1 ("bias") of layer "d" is missing',
  );
});

test.each(['layers', '_layer_checkpoint_dependencies'])('groups with names of Windows: %s', async (list) => {
  const config = layer('Sequential', 'outer', {
    layers: [
      layer('Dense', 'first', bare),
      layer('Sequential', 'inner', { layers: [layer('Dense', 'a', bare), layer('Dense', 'b', bare)] }),
    ],
  });
  const { weights } = await readKerasZip(
    await archive(config, {
      [`${list}\\dense/vars/0`]: [1],
      [`${list}\\sequential\\layers\\dense/vars/0`]: [2],
      [`${list}\\sequential\\layers\\dense_1/vars/0`]: [3],
      'metrics\\mean/vars/0': [9],
    }),
  );
  expect(weights.map(({ name, data }) => [name, ...data])).toEqual([
    ['first/kernel', 1],
    ['inner/a/kernel', 2],
    ['inner/b/kernel', 3],
  ]);
});

test('a member that would be too much text is not unpacked', async () => {
  const bomb = zipSync({ 'config.json': new Uint8Array(2 ** 25 + 1).fill(0x20) }, { level: 1 });
  await expect(readKerasZip(bomb)).rejects.toMatchObject({ kind: 'unsupported', code: 'model-too-large' });
});
