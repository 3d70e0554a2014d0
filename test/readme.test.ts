/** The README's tables are what the code says; "npm run readme" writes them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { NEWEST_SET } from '../src/formats/onnx/operator-sets.ts';
import { OP_KINDS, type OpKind, opOf, REPLACED_KINDS } from '../src/ops/index.ts';
import { COMPUTED_TYPES } from '../src/ops/op.ts';
import { makeFolder, removeFolders, runMain } from './cli/run-main.ts';
import { coverageTable, foreignOperators, markdownTable, refusalTable } from './coverage-tables.ts';

afterAll(removeFolders);

const README = new URL('../README.md', import.meta.url);

/** Operators by the types that they compute, in the order of `COMPUTED_TYPES`. */
function operatorTable(): string {
  const byTypes = new Map<string, string[]>();
  for (const kind of OP_KINDS) {
    if (REPLACED_KINDS.some((replaced: OpKind) => replaced === kind)) continue;
    const types = COMPUTED_TYPES.filter((type) => opOf(kind).kernels[type] !== undefined).join(', ');
    byTypes.set(types, [...(byTypes.get(types) ?? []), kind.toUpperCase()]);
  }
  return markdownTable(
    ['computed in', 'operators'],
    [
      ...[...byTypes].map(([types, kinds]) => [types, kinds.join(', ')]),
      ['only where constants decide; else described, planned and exported', foreignOperators()],
    ],
  );
}

const TABLES: readonly (readonly [string, () => string])[] = [
  ['coverage', coverageTable],
  ['refused', refusalTable],
  ['operators', operatorTable],
];

it.each(TABLES)('the table of %s', (name, make) => {
  const readme = readFileSync(README, 'utf8');
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const start = readme.indexOf(begin);
  const stop = readme.indexOf(end);
  expect(start).toBeGreaterThan(0);
  expect(stop).toBeGreaterThan(start);
  const expected = `${begin}\n\n${make()}\n\n`;
  if (process.env.UPDATE_README !== undefined) {
    writeFileSync(README, readme.slice(0, start) + expected + readme.slice(stop));
    return;
  }
  expect(readme.slice(start, stop)).toBe(expected);
});

it.each([README, new URL('../examples/pytorch/README.md', import.meta.url)])(
  'the newest operator set of ONNX, in %s',
  (page) => expect(readFileSync(page, 'utf8')).toContain(`up to ${NEWEST_SET}`),
);

it('the lines of the gate pass in an empty folder', async () => {
  const [, section] = /\*\*The gate\.\*\*([\s\S]*?)\n\n/.exec(readFileSync(README, 'utf8')) as unknown as [
    string,
    string,
  ];
  const lines = [...section.matchAll(/`tinyml ([^`]*?)(?: >> [^`]*)?`/g)].map(([, words]) =>
    words.split(/\s+/),
  );
  expect(lines.map(([command]) => command)).toEqual(['check', 'diff']);
  const folder = makeFolder();
  const converted = await runMain(folder, ['convert', '-o', 'old.tflite']);
  expect([converted.code, converted.stderr]).toEqual([0, expect.anything()]);
  writeFileSync(join(folder, 'new.tflite'), readFileSync(join(folder, 'old.tflite')));
  for (const argv of lines) {
    const { code, stdout, stderr } = await runMain(folder, argv);
    expect(code, argv.join(' ') + stdout + stderr).toBe(0);
  }
});
