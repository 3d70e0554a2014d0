import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { jsonLine } from '../../../src/core/json-line.ts';
import { nearestName } from '../../../src/core/nearest-name.ts';
import { parseProject } from '../../../src/stages/config.ts';

function told(text: string): string {
  try {
    parseProject(text);
  } catch (error) {
    if (error instanceof TinymlError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  return 'nothing';
}

const layers = (...rows: string[]): string =>
  `{\n "model": {\n  "layers": [\n   ${rows.join(',\n   ')}\n  ]\n }\n}`;
const FILE = 'tinyml.config.json';

describe('errors of a project file', () => {
  it.each([
    [
      '{"training": {\n "epoch": 3}}',
      `${FILE}, line 2: In training there is no field "epoch" | Did you mean "epochs"?`,
    ],
    [
      '{"seed": 1,\n\n"trainign": {}}',
      `${FILE}, line 3: There is no field "trainign" | Did you mean "training"?`,
    ],
    [
      '{"dataset": {"source": "sine", "sample": 9}}',
      'In dataset there is no field "sample" | Did you mean "samples"?',
    ],
    [
      '{"dataset": {"source": "csv", "path": "a.csv", "task": "regression", "target": "y", "split": {"by": "time", "trian": 1}}}',
      'In dataset.split there is no field "trian" | Did you mean "train"?',
    ],
    [
      '{"quantization": {"method": ["mse-weights", "headroom", "weighted-mse-weights"]}}',
      'quantization.method: mse-weights and weighted-mse-weights both decide the scales of weights; leave one of them out',
    ],
    [
      '{"quantization": {\n"method": ["headroom", "equalize-chanels"]}}',
      'line 2: quantization.method[1] is "equalize-chanels", but must be one of "equalize-channels", "moving-average", ',
    ],
    ['{"quantization": {"method": ["equalize-chanels"]}}', '| Did you mean "equalize-channels"?'],
    [
      '{"quantization": {"method": "fasst"}}',
      'quantization.method is "fasst", but must be one of "default", "fast", "tensorflow", or a list in brackets | Did you mean "fast"?',
    ],
    [
      '{"quantization": {"method": [3]}}',
      'quantization.method[0] is 3, but must be one of "equalize-channels", ',
    ],
    [
      layers('{"type": "Conv2D", "filters": 1, "kernelSize": "3"}'),
      'model.layers[0].kernelSize is "3", but must be a number, or a list in brackets',
    ],
    [
      layers('{"type": "Conv2D", "filters": 1, "kernelSize": [3, 0]}'),
      'model.layers[0].kernelSize[1] is 0, but must be at least 1',
    ],
    ['{"conversion": {"zzzzzz": 1}}', 'there is no field "zzzzzz" | It knows type, io, library, lut.'],
    [
      layers('{"type": "Dense", "unit": 3}'),
      'line 4: In model.layers[0] there is no field "unit" | Did you mean "units"?',
    ],
    [
      layers(
        '{"type": "Dense", "units": 3}',
        '{"type": "Conv1D", "filters": 1, "kernelSize": 3, "stride": 1}',
      ),
      'line 5: In model.layers[1] there is no field "stride" | Did you mean "strides"?',
    ],
    [
      layers('{"type": "dens"}'),
      'line 4: model.layers[0].type is "dens", but must be one of "Dense", "Activation"',
    ],
    [layers('{"type": "dens"}'), '| Did you mean "Dense"?'],
    [layers('{"type": "Dense"}'), 'line 4: model.layers[0].units is missing; it must be a number'],
    ['{"seed": 1.5}', 'line 1: seed is 1.5, but must be a whole number'],
    ['{"seed": -1}', 'seed is -1, but must be at least 0'],
    ['{"training": {"learningRate": 0}}', 'training.learningRate is 0, but must be above 0'],
    ['{"training": {"optimizer": "adm"}}', '"sgd", "adam", "adamw" | Did you mean "adam"?'],
    ['{"training": null}', 'training is null, but must be an object in braces'],
    [
      '{"dataset": {"source": "sine", "range": [3]}}',
      'dataset.range is a list, but must have at least 2 elements',
    ],
    ['{"check": {"flash": "64q"}}', 'check.flash: must be a whole number of bytes, such as 65536 or "64k"'],
    [
      '{"model": {\n"architecture": "mlpp"}}',
      'line 2: model.architecture is "mlpp", but must be one of "layers", "mlp", "conv1d", "gru"',
    ],
    ['{"model": {"architecture": "mlpp"}}', '| Did you mean "mlp"?'],
    [
      '{"model": {"architecture": "mlp", "unit": [3]}}',
      'In model there is no field "unit" | Did you mean "units"?',
    ],
    [
      '{"model": {"architecture": "mlp", "units": [3], "width": 3}}',
      'model.units: it cannot be given together with "width" and "depth"',
    ],
    [
      '{"model": {"architecture": "conv1d", "stride": [2, 2]}}',
      'model.stride: its length is 2, but that of "filters" is 3',
    ],
    ['{"model": {"architecture": "mlp", "fit": {}}}', 'model.fit: it needs "ram" or "flash"'],
    [
      '{"model": {"architecture": "mlp", "fit": {"ram": "64q"}}}',
      'model.fit.ram: must be a whole number of bytes, such as 65536 or "64k"',
    ],
    ['{"model": {"architecture": "mlp", "fit": {"rom": 1}}}', 'In model.fit there is no field "rom" | '],
    ['{"model": {}}', 'model.layers is missing; it must be a list in brackets'],
    ['{"model": {"layer": []}}', 'In model there is no field "layer" | Did you mean "layers"?'],
    ['{"dataset": {}}', 'dataset.source is missing; it must be one of "sine", "motion"'],
    ['{\n"seed": 1,\n}', `${FILE}, line 3 is not JSON`],
  ])('%s', (text, expected) => {
    expect(told(text)).toContain(expected);
  });
});

describe('jsonLine', () => {
  const TEXT = '{\n "a": [1, {"b":\n "}\\"]"}],\n "c": {},\n "a": [\n  [],\n  {"b": 2,\n   "d": null}]\n}';

  it.each([
    [[], 1],
    [['c'], 4],
    [['a'], 5],
    [['a', 0], 6],
    [['a', 1, 'b'], 7],
    [['a', 1, 'd'], 8],
    [['a', 1, 'none'], 7],
    [['none'], 1],
  ] as const)('of %j', (path, line) => {
    expect(jsonLine(TEXT, path)).toBe(line);
  });
});

describe('nearestName', () => {
  it('knows letters left out, added, changed and swapped, and nothing far off', () => {
    const names = ['epochs', 'batchSize', 'loss'];
    expect(
      ['epoch', 'epcohs', 'ebochs', 'Batchsize', 'los'].map((typed) => nearestName(typed, names)),
    ).toEqual(['epochs', 'epochs', 'epochs', 'batchSize', 'loss']);
    expect(['z', 'momentum', ''].map((typed) => nearestName(typed, names))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
