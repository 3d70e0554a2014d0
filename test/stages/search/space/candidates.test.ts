import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { type ProjectInput, parseProject } from '../../../../src/stages/config.ts';
import { Candidates } from '../../../../src/stages/search/space/candidates.ts';
import { defaultSpace } from '../../../../src/stages/search/space/default-space.ts';
import { parseSearchSpace } from '../../../../src/stages/search/space/space-schema.ts';

function candidates(project: ProjectInput, knobs: object): Candidates {
  return new Candidates(parseProject(project), parseSearchSpace({ knobs }, 'space.json'));
}

const DENSE = { type: 'Dense', units: 4, activation: 'relu' } as const;

describe('Candidates', () => {
  it('put values at their places, sections before what lies in them', () => {
    const own = candidates(
      { model: { architecture: 'cnn' } },
      {
        'model.kernel': [3, 5],
        'model.blocks': [2, 4],
        model: [{ architecture: 'cnn' }, { architecture: 'ds_cnn' }],
      },
    );
    expect(own.names).toEqual(['model', 'model.kernel', 'model.blocks']);
    expect(own.of([{ architecture: 'cnn' }, 5, 4])?.config.model).toMatchObject({ kernel: 5 });
    expect(own.of([{ architecture: 'cnn' }, 5, 4])?.config.model).not.toHaveProperty('blocks');
    // A kernel that is a number is none of ds_cnn.
    expect(own.of([{ architecture: 'ds_cnn' }, 5, 4])).toBeUndefined();
  });

  it('leave out layers by the numbers that they have in the project', () => {
    const layers = [
      DENSE,
      { ...DENSE, units: 5 },
      { ...DENSE, units: 6 },
      { type: 'Dense', units: 1 },
    ] as const;
    const own = candidates(
      { model: { layers: [...layers] } },
      {
        'model.layers[0]': { optional: true },
        'model.layers[2].units': [7],
        'model.layers[1]': { optional: true },
      },
    );
    const [first, second] = own.names.slice(1);
    expect([first, second]).toEqual(['model.layers[0]', 'model.layers[1]']);
    const { config } = own.of([7, false, false]) as NonNullable<ReturnType<Candidates['of']>>;
    expect(config.model).toMatchObject({ layers: [{ units: 7 }, { units: 1 }] });
  });

  it('are the same where the project is the same, whatever was chosen', () => {
    const own = candidates(
      { model: { architecture: 'cnn' } },
      { model: [{ architecture: 'mlp' }], 'model.kernel': [3, 5] },
    );
    const [a, b] = [3, 5].map((kernel) => own.of([{ architecture: 'mlp' }, kernel]));
    expect(a?.digest).toBe(b?.digest);
  });

  it('begin with the project as it is, without what it was to be fitted into', () => {
    const own = candidates(
      { model: { architecture: 'mlp', units: [5], fit: { flash: 4096 } } },
      { 'model.units[0]': [2, 3], 'training.learningRate': [0.01] },
    );
    const base = own.base();
    expect(base.choices).toEqual([0.003, 5]);
    expect(base.config.model).toEqual({ architecture: 'mlp', units: [5], dropout: 0 });
  });

  it.each([
    [{ seed: [1, 2] }, 'all candidates have the same'],
    [{ 'training.epochs': [1, 2] }, 'the rungs of the search decide them'],
    [{ 'model.fit': [{ flash: 1 }] }, 'the limits of the search'],
    [{ 'model.kernel': { optional: true } }, 'only elements of lists can be left out'],
    [{ 'model.kernle': [3] }, 'no place model.kernle'],
  ])('refuse %j', (knobs, sentence) => {
    expect(() => candidates({ model: { architecture: 'cnn' } }, knobs)).toThrow(sentence);
  });
});

describe('parseSearchSpace', () => {
  it.each([
    [{}, 'knobs is missing'],
    [{ knobs: {} }, 'there is nothing to choose'],
    [{ knobs: { a: [] } }, 'must have at least 1 element'],
    [{ knobs: { a: { from: 3, to: 1 } } }, '"from" must not be above "to"'],
    [{ knobs: { a: { from: 0, to: 1, scale: 'log' } } }, 'numbers above 0'],
    [{ knobs: { a: { length: [3, 1], each: [1] } } }, 'the least length and the most'],
    [{ knobs: { a: { length: [1, 2], each: [] } } }, '"a"'],
    [{ knobs: { a: 3 } }, '"a"'],
    [{ knob: {} }, 'There is no field "knob"'],
    [[], 'must be an object'],
  ])('refuses %j', (json, sentence) => {
    expect(() => parseSearchSpace(json, 'space.json')).toThrow(sentence);
  });
});

describe('defaultSpace', () => {
  const models: ProjectInput['model'][] = [
    { architecture: 'mlp' },
    { architecture: 'mlp', width: 8, depth: 1 },
    { architecture: 'conv1d', kernel: [5, 3, 3], stride: [1, 2, 2] },
    { architecture: 'gru' },
    { architecture: 'lstm', units: [8, 8] },
    { architecture: 'ds_cnn' },
    { architecture: 'cnn' },
    { architecture: 'mobilenet_v1' },
    { architecture: 'resnet8' },
    { architecture: 'autoencoder' },
    {
      layers: [
        { type: 'Conv2D', filters: 4, kernelSize: 3, strides: [2, 2], activation: 'relu' },
        { type: 'Conv2D', filters: 4, kernelSize: [3, 1], activation: 'relu' },
        { type: 'Flatten' },
        { type: 'Dense', units: 8 },
        { type: 'Dense', units: 3, activation: 'softmax' },
      ],
    },
  ];

  it.each(models)('of %j is a valid space of valid projects', (model) => {
    const config = parseProject({ model } as ProjectInput);
    const space = defaultSpace(config);
    expect(parseSearchSpace(JSON.parse(JSON.stringify(space)), 'space')).toEqual(space);
    const own = new Candidates(config, space);
    const random = createRandom(1, 'default spaces');
    const drawn = Array.from({ length: 40 }, () => own.of(own.draw(random)));
    expect(drawn.every((candidate) => candidate !== undefined)).toBe(true);
    expect(new Set(drawn.map((candidate) => candidate?.digest)).size).toBeGreaterThan(20);
  });

  it('changes how samples are made where the project makes them', () => {
    const files = {
      path: 'x',
      classFrom: 'folder',
      task: 'classification',
    } as const;
    const pictures = parseProject({
      dataset: { source: 'images', ...files, format: { width: 64, height: 48 } },
    });
    expect(defaultSpace(pictures).knobs['dataset.format']).toMatchObject([
      { width: 32, height: 24 },
      { width: 48, height: 36 },
      { width: 64, height: 48 },
    ]);
    const rows = parseProject({ dataset: { source: 'csv', ...files, window: { length: 20, stride: 10 } } });
    expect(defaultSpace(rows).knobs['dataset.window']).toEqual([
      { length: 10, stride: 5 },
      { length: 15, stride: 8 },
      { length: 20, stride: 10 },
    ]);
    const spectrum = { step: 'spectrum', rate: 8000, window: 256, hop: 100, bands: 20 } as const;
    const sound = parseProject({
      dataset: { source: 'wav', ...files, window: { length: 8000, stride: 8000 }, prepare: [spectrum] },
    });
    expect(defaultSpace(sound).knobs).toMatchObject({
      'dataset.prepare[0].bands': [10, 15, 20],
      'dataset.prepare[0].hop': [100, 150, 200],
    });
    expect(defaultSpace(sound).knobs).not.toHaveProperty('dataset.window');
    const fixed = { step: 'fixed-spectrum', rate: 8000, window: 240, hop: 160 } as const;
    const inIntegers = parseProject({
      dataset: { source: 'wav', ...files, window: { length: 8000, stride: 8000 }, prepare: [fixed] },
    });
    expect(defaultSpace(inIntegers).knobs).toMatchObject({
      'dataset.prepare[0].channels': [20, 30, 40],
      'dataset.prepare[0].hop': [160, 240, 320],
    });
  });
});
