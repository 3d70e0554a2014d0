/** What is said of the constants of C is what its object has. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attempt } from '../../src/core/errors.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { headerCode } from '../../src/targets/c/header-code.ts';
import { compileProgram } from '../../src/targets/c/program.ts';
import { constantBytesOf, sourceCode } from '../../src/targets/c/source-code.ts';
import { standaloneNames } from '../../src/targets/c/standalone-names.ts';
import { CORTEX_M4, missingCortexM4Compiler } from '../cross/probe.ts';
import { fixturePath } from '../fixtures.ts';

const MISSING = missingCortexM4Compiler();
/** With tables of their own, structs in structs, and one of each form of weights. */
const FORMS = /^(softmax|log_softmax|logistic|tanh|lstm|svdf|conv|depthwise|fc|add|mean|quantize)/;

/** Some of the recorded ones are refused as TFLM refuses them. */
function graphs(): { readonly name: string; readonly graph: Graph }[] {
  const names = readdirSync(fixturePath('tflm')).filter(
    (name) => name.endsWith('.tflite') && FORMS.test(name),
  );
  return names.flatMap((name) => {
    const read = attempt(() => readTflite(readFileSync(fixturePath('tflm', name))).graph);
    return 'value' in read ? [{ name, graph: read.value }] : [];
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tinyml-constants-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of all read-only symbols of each object: without optimization none is left out or folded into code. */
function objectBytes(sources: readonly string[]): number[] {
  for (const [index, text] of sources.entries()) writeFileSync(join(folder, `${index}.c`), text);
  const flags = [...CORTEX_M4, '-O0', '-std=c99', '-c', ...sources.map((_, index) => `${index}.c`)];
  execFileSync('arm-none-eabi-gcc', flags, { cwd: folder });
  const objects = sources.map((_, index) => `${index}.o`);
  const printed = execFileSync('arm-none-eabi-nm', ['-S', ...objects], { cwd: folder, encoding: 'utf8' });
  const [, ...symbols] = printed.split(/^\d+\.o:$/m);
  return symbols.map((own) =>
    [...own.matchAll(/^\S+ (\S+) [rR] /gm)].reduce((sum, [, size]) => sum + Number.parseInt(size, 16), 0),
  );
}

it.skipIf(MISSING !== '')(`constantBytesOf counts what the object has ${MISSING}`, () => {
  const models = graphs().map(({ name, graph }) => ({ name, program: compileProgram(graph) }));
  expect(models.length).toBeGreaterThan(30);
  const compiled = objectBytes(
    models.map(({ program }) => {
      const names = standaloneNames(program.graph, 'model');
      // In place of its #include.
      return `${headerCode(program, names)}\n${sourceCode(program, names).replace('#include "model.h"\n', '')}`;
    }),
  );
  const wrong = models.flatMap(({ name, program }, index) => {
    const said = constantBytesOf(program);
    return said === compiled[index] ? [] : [`${name}: ${said} said, ${compiled[index]} compiled`];
  });
  expect(wrong).toEqual([]);
});
