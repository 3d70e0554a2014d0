import { strToU8, zipSync } from 'fflate';
import * as hdf5 from 'h5wasm';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
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

test('layers inside attention have the scopes of their weights, whatever the version calls their groups', async () => {
  const bias = { use_bias: false };
  const config = layer('Sequential', 'model', {
    layers: [
      layer('MultiHeadAttention', 'm', bias),
      layer('GroupedQueryAttention', 'g', { ...bias, use_gate: true }),
      layer('AdditiveAttention', 'a'),
      layer('SpectralNormalization', 's', { layer: layer('Dense', 'd', bias) }),
    ],
  });
  const { weights } = await readKerasZip(
    await archive(config, {
      'layers/multi_head_attention/query_dense/vars/0': [1],
      'layers/multi_head_attention/key_dense/vars/0': [2],
      'layers/multi_head_attention/value_dense/vars/0': [3],
      'layers/multi_head_attention/output_dense/vars/0': [4],
      'layers/grouped_query_attention/_query_dense/vars/0': [5],
      'layers/grouped_query_attention/_key_dense/vars/0': [6],
      'layers/grouped_query_attention/_gate_dense/vars/0': [7],
      'layers/grouped_query_attention/_value_dense/vars/0': [8],
      'layers/grouped_query_attention/_output_dense/vars/0': [9],
      'layers/additive_attention/vars/0': [10],
      'layers/spectral_normalization/vars/0': [11],
      'layers/spectral_normalization/layer/vars/0': [12],
    }),
  );
  expect(weights.map(({ name, data }) => [name, ...data])).toEqual([
    ['m/query/kernel', 1],
    ['m/key/kernel', 2],
    ['m/value/kernel', 3],
    ['m/attention_output/kernel', 4],
    ['g/query/kernel', 5],
    ['g/key/kernel', 6],
    ['g/gate/kernel', 7],
    ['g/value/kernel', 8],
    ['g/attention_output/kernel', 9],
    ['a/scale', 10],
    ['s/kernel', 12],
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

/** One Dense layer, whose weights HDF5 packs. */
async function packedDense(
  units: number,
  level: 1 | 9,
  valueAt: (index: number) => number,
): Promise<Uint8Array> {
  const { FS } = await hdf5.ready;
  const file = new hdf5.File('/packed.h5', 'w');
  const shape = [64, units];
  file
    .create_group('layers')
    .create_group('dense')
    .create_group('vars')
    .create_dataset({
      name: '0',
      data: Float32Array.from({ length: 64 * units }, (_, index) => valueAt(index)),
      shape,
      dtype: '<f4',
      chunks: shape,
      compression: level,
    });
  file.close();
  return zipSync(
    {
      'config.json': strToU8(
        JSON.stringify(layer('Sequential', 's', { layers: [layer('Dense', 'd', bare)] })),
      ),
      'metadata.json': strToU8('{"keras_version":"3.0.0"}'),
      'model.weights.h5': (FS as { readFile(path: string): Uint8Array }).readFile('/packed.h5'),
    },
    { level },
  );
}

test('weights that are packed twice are unpacked as far as their file could pack them once', async () => {
  const zeros = await packedDense(2 ** 14, 9, () => 0);
  expect(zeros.length).toBeLessThan(1024);
  await expect(readKerasZip(zeros)).rejects.toMatchObject({
    kind: 'unsupported',
    code: 'model-too-large',
    message: expect.stringMatching(
      /^With "\/layers\/dense\/vars\/0" the weights take more than [23]\d{6} bytes/,
    ),
  });
  expect((await readKerasZip(await packedDense(2 ** 12, 9, () => 0))).weights[0].shape).toEqual([
    64,
    2 ** 12,
  ]);
  // Four megabytes of few different numbers, as pruned and clustered weights are.
  const random = createRandom(1, 'clusters');
  const clustered = await packedDense(2 ** 14, 1, () => random.below(4));
  expect((await readKerasZip(clustered)).weights[0].shape).toEqual([64, 2 ** 14]);
});

test('a member that would be too much text is not unpacked', async () => {
  const bomb = zipSync({ 'config.json': new Uint8Array(2 ** 25 + 1).fill(0x20) }, { level: 1 });
  await expect(readKerasZip(bomb)).rejects.toMatchObject({ kind: 'unsupported', code: 'model-too-large' });
});
