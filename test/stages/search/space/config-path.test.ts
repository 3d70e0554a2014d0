import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/core/json.ts';
import { parseProject } from '../../../../src/stages/config.ts';
import {
  formatPath,
  isKnownPath,
  parsePath,
  requireKnownPath,
  valueAt,
  withoutElements,
  withValueAt,
} from '../../../../src/stages/search/space/config-path.ts';

const project = (model: object): JsonObject =>
  JSON.parse(JSON.stringify(parseProject({ model } as never))) as JsonObject;

const cnn = project({ architecture: 'cnn' });

describe('parsePath', () => {
  it.each(['model.layers[2].units', 'model.layers.2.units'])('reads %s', (text) => {
    expect(parsePath(text)).toEqual(['model', 'layers', 2, 'units']);
    expect(formatPath(parsePath(text))).toBe('model.layers[2].units');
  });

  it.each(['', 'model..units', 'model.', 'model[x]', 'model[1', '.model'])('refuses %j', (text) => {
    expect(() => parsePath(text)).toThrow('no place in a project file');
  });
});

describe('values at places', () => {
  const json = { a: { b: [1, { c: 2 }, 3] } };

  it('are read, and changed in a copy', () => {
    expect(valueAt(json, ['a', 'b', 1, 'c'])).toBe(2);
    expect(valueAt(json, ['a', 'x', 'y'])).toBeUndefined();
    expect(withValueAt(json, ['a', 'b', 1, 'c'], 7)).toEqual({ a: { b: [1, { c: 7 }, 3] } });
    expect(withValueAt(json, ['x', 'y'], 7)).toEqual({ ...json, x: { y: 7 } });
    expect(json).toEqual({ a: { b: [1, { c: 2 }, 3] } });
  });

  it('are left out of lists by the numbers that they had', () => {
    const left = withoutElements(json, [
      ['a', 'b', 0],
      ['a', 'b', 2],
    ]);
    expect(left).toEqual({ a: { b: [{ c: 2 }] } });
  });
});

describe('places that a project has', () => {
  it.each([
    'model.filters',
    'model.filters[2]',
    'training.learningRate',
    'training.momentum',
    'dataset.noise',
  ])('%s is one', (text) => expect(isKnownPath(cnn, parsePath(text))).toBe(true));

  it.each([
    ['model.filter', 'Did you mean "model.filters"?'],
    ['training.learningrate', 'Did you mean "training.learningRate"?'],
    ['modle.filters', 'Did you mean "model"?'],
    ['model.units', 'It knows architecture, filters, kernel, dropout'],
    ['model.filters[3]', 'Elements of lists are numbered from 0.'],
  ])('%s is none, and the hint is %s', (text, hint) => {
    expect(() => requireKnownPath([cnn], parsePath(text))).toThrow(
      expect.objectContaining({ code: 'unknown-search-path', hint: expect.stringContaining(hint) }),
    );
  });

  it('may be one of another form of the project', () => {
    const mlp = project({ architecture: 'mlp', units: [4] });
    expect(() => requireKnownPath([cnn, mlp], parsePath('model.units[0]'))).not.toThrow();
  });
});
