/** Methods as they are typed on a command line: short where that is enough, and complete. */

import { expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { parseCompressions, parseMethodText } from '../../../src/stages/compress/parse-methods.ts';

it.each([
  ['prune', [{ method: 'prune' }]],
  ['prune,low-rank', [{ method: 'prune' }, { method: 'low-rank' }]],
  [
    'low-rank:energy=0.9,epochs=5,prune',
    [{ method: 'low-rank', energy: 0.9, epochs: 5 }, { method: 'prune' }],
  ],
  // The first option of a method needs no name.
  ['distill=teacher.h5', [{ method: 'distill', teacher: 'teacher.h5' }]],
  ['distill=C:\\models\\t.h5,epochs=3', [{ method: 'distill', teacher: 'C:\\models\\t.h5', epochs: 3 }]],
  ['distill:teacher=a=b.h5', [{ method: 'distill', teacher: 'a=b.h5' }]],
  ['distill:features.student=x', [{ method: 'distill', features: { student: 'x' } }]],
])('%s', (text, list) => {
  expect(parseMethodText(text)).toEqual(list);
});

it.each(['epochs=5', 'prune:epochs', '', 'prune,,', 'prune:=5,=6'])('refuses %j', (text) => {
  expect(() => parseCompressions(parseMethodText(text), '--method')).toThrow(TinymlError);
});

it('tells of unknown methods, options and values by what there is', () => {
  const fault = (text: string): string => {
    try {
      parseCompressions(parseMethodText(text), '--method');
    } catch (error) {
      if (error instanceof TinymlError) return `${error.code}: ${error.message} ${error.hint}`;
    }
    return 'nothing';
  };
  expect(fault('prunes')).toMatch(/^bad-methods: --method: compress\[0\].*"prune".*Did you mean "prune"/);
  expect(fault('prune:epoch=3')).toMatch(/there is no field "epoch" Did you mean "epochs"/);
  expect(fault('prune:epochs=none')).toMatch(/epochs is "none", but must be a/);
  expect(fault('prune,low-rank')).toMatch(/"low-rank" .*"prune"/);
});
