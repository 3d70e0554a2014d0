import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultProject, parseProject, projectJsonSchema } from '../src/stages/config.ts';
import { searchSpaceJsonSchema } from '../src/stages/search/space/space-schema.ts';

const committed = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8'));

describe('schemas', () => {
  it.each([
    ['tinyml.config.schema.json', projectJsonSchema()],
    ['search-space.schema.json', searchSpaceJsonSchema()],
  ])('schemas/%s is what the code says ("npm run schemas" writes it)', (name, schema) => {
    expect(committed(name)).toEqual(schema);
  });

  it('describes every field of the project file', () => {
    const { properties } = projectJsonSchema() as { properties: Record<string, unknown> };
    expect(Object.keys(properties).sort()).toEqual(
      ['$schema', 'report', 'stream', ...Object.keys(defaultProject)].sort(),
    );
  });
});

describe('the project file', () => {
  it.each([
    ['{', 'tinyml.config.json, line 1 is not JSON'],
    ['[]', 'does not hold a JSON object'],
    ['{"sead": 1}', 'line 1: There is no field "sead"'],
    ['{"training": {"epochs": 0}}', 'training.epochs'],
    [
      '{"dataset": {"source": "sine", "split": {"train": 0.9, "validation": 0.2, "test": 0.1}}}',
      'add up to 1',
    ],
    ['{"model": {"layers": [{"type": "Dens", "units": 1}]}}', 'model.layers[0].type'],
  ])('%s is refused with a sentence that says %s', (text, expected) => {
    expect(() => parseProject(text, 'tinyml.config.json')).toThrow(expected);
  });

  it('may leave everything out', () => {
    const { training, ...others } = parseProject('{}', 'x');
    // Without a loss, training takes that of the task.
    expect({ ...others, training: { ...training, loss: 'mse' } }).toEqual(defaultProject);
  });
});
