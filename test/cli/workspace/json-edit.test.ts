import { describe, expect, it } from 'vitest';
import { editSection } from '../../../src/cli/workspace/json-edit.ts';

describe('editSection', () => {
  it.each([
    ['{}', '{ "q": { "method": "fast" } }'],
    ['{ "seed": 1 }', '{ "seed": 1, "q": { "method": "fast" } }'],
    ['{"q":{"samples":5}}', '{"q":{"samples":5, "method": "fast"}}'],
    ['{"q": {"method" : ["a",  "b"],"x":[{}]}, "z":"}{"}', '{"q": {"method" : "fast","x":[{}]}, "z":"}{"}'],
    ['{\n  "seed": 1\n}\n', '{\n  "seed": 1,\n  "q": {\n    "method": "fast"\n  }\n}\n'],
    ['{\n\t"q": {},\n\t"a\\"": 1.5e3\n}', '{\n\t"q": {\n\t\t"method": "fast"\n\t},\n\t"a\\"": 1.5e3\n}'],
    ['{"q":{"method":"x","method":"y"}}', '{"q":{"method":"x","method":"fast"}}'],
    ['{"\\u0071":{"method":null}}', '{"\\u0071":{"method":"fast"}}'],
  ])('%j becomes %j', (before, after) => {
    const edited = editSection(before, 'q', { method: 'fast' });
    expect(edited).toBe(after);
    expect(JSON.parse(edited).q.method).toBe('fast');
  });

  it('sets several members, and lists', () => {
    const edited = editSection('{"a":[1,2]}', 'q', { method: ['x', 'y'], dense: true });
    expect(edited).toBe('{"a":[1,2], "q": { "method": ["x", "y"], "dense": true }}');
    expect(JSON.parse(edited)).toEqual({ a: [1, 2], q: { method: ['x', 'y'], dense: true } });
  });
});
