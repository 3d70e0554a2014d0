import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { checkCIdentifier } from '../../../src/targets/c-array/c-identifier.ts';

function refusal(name: string): TinymlError {
  try {
    checkCIdentifier(name);
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(name)} was accepted`);
}

describe('checkCIdentifier', () => {
  it.each([
    'g_model',
    'm',
    'Model2',
    'hello_world_int8',
    'Int',
    'classes',
    'a_1_b',
    'int8_model',
    'Max',
    'A_net',
    'Eye',
  ])('accepts %s', (name) => {
    expect(() => checkCIdentifier(name)).not.toThrow();
  });

  it.each([
    ['', 'is not a C identifier'],
    ['2model', 'is not a C identifier'],
    ['my-model', 'is not a C identifier'],
    ['modèle', 'is not a C identifier'],
    ['a b', 'is not a C identifier'],
    ['m\n', 'is not a C identifier'],
    ['int', 'is a keyword'],
    ['class', 'is a keyword'],
    ['restrict', 'is a keyword'],
    ['xor_eq', 'is a keyword'],
    ['alignas', 'is a keyword'],
    ['co_await', 'is a keyword'],
    ['NULL', 'is a macro'],
    ['EOF', 'is a macro'],
    ['INT8_MAX', 'is a macro'],
    ['UINT_LEAST16_MAX', 'is a macro'],
    ['errno', 'is a macro'],
    ['PRIu32', 'is a macro'],
    ['M_PI', 'is a macro'],
    ['A0', 'is a macro'],
    ['main', 'entry'],
    ['_Model', 'is reserved'],
    ['_model', 'is reserved'],
    ['a__b', 'is reserved'],
    ['model_', 'ends with an underscore'],
  ])('refuses %j', (name, why) => {
    const error = refusal(name);
    expect(error).toMatchObject({ kind: 'usage', code: 'bad-c-name' });
    expect(error.message).toContain(why);
    expect(error.hint).toContain('g_model');
  });
});
