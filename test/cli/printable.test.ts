/** Names out of files and of files: on a terminal, in a log and in GitHub's log they are nothing but names. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { printable, printableJson, printableLines } from '../../src/cli/render/printable.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { fixture } from '../formats/mutants.ts';
import { denseGraph } from '../models/run/spread/dense-graph.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const HOSTILE = 'a\u001b[31m\u001b]0;x\u0007\u0000\u009b2J\u202e\u2028\n::error::b';
/** What may be in nobody's output: controls but line ends, marks of direction, commands of workflows. */
const UNWANTED = /(?!\n)\p{Cc}|[\u202e\u2028]|^\s*::|##\[/mu;

describe('printable', () => {
  it('shows what is not visible, and what would be a command of a workflow', () => {
    expect(printable(HOSTILE)).toBe(
      'a\\u{1b}[31m\\u{1b}]0;x\\u{7}\\u{0}\\u{9b}2J\\u{202e}\\u{2028}\\u{a}::error::b',
    );
    expect(printable('::error::x')).toBe('\\u{3a}:error::x');
    expect(printable(' ::add-mask::x')).toBe(' \\u{3a}:add-mask::x');
    expect(printable('a ##[error]b')).toBe('a #\\u{23}[error]b');
    expect(printable('naïve/模型:0')).toBe('naïve/模型:0');
    expect(printable('std::move')).toBe('std::move');
  });

  it('keeps the lines and colours of text, and nothing else', () => {
    expect(printableLines('\u001b[1mbold\u001b[0m\n\u001b[2J\r')).toBe(
      '\u001b[1mbold\u001b[0m\n\\u{1b}[2J\\u{d}',
    );
  });

  it('makes JSON of the same value without anything that a terminal obeys', () => {
    const value = { [HOSTILE]: ['\ud800', '\u{1f600}'] };
    expect(JSON.parse(printableJson(value))).toEqual(value);
    expect(printableJson(value)).not.toMatch(UNWANTED);
  });
});

describe('a command', () => {
  function folderWith(name: string): string {
    const folder = makeFolder();
    writeFileSync(join(folder, name), writeTflite(denseGraph(4, 2)));
    return folder;
  }

  it.each([
    ['inspect of no file', ['inspect', 'no\u001b[31m\n::error::x']],
    ['a missing value', ['predict', '\u001b[31m\n::error::x', '--value', '1']],
    ['an unknown option', ['inspect', '--\u001b[31m\r\n::error::x']],
    ['an unknown message', ['explain', '\u001b[31m\n::error::x']],
  ])('%s', async (_, argv) => {
    const { stdout, stderr } = await runMain(makeFolder(), argv);
    expect(stdout + stderr).not.toMatch(UNWANTED);
    expect(stderr).not.toBe('');
  });

  const NAME = 'ev\u001b[31mil\n::error::x.tflite';
  it.each([
    ['convert', ['convert', NAME, '--float', '-o', '::warning::\u001b]0;y\u0007.tflite']],
    ['inspect', ['inspect', NAME, '--plan-svg', '::warning::\u001b[2J.svg']],
    ['check', ['check', NAME, '--flash', '1k', '--format', 'github']],
    ['diff', ['diff', NAME, NAME]],
    ['predict', ['predict', NAME, '--raw-input', NAME, '--raw-output', '::warning::out.bin']],
    ['export-c', ['export-c', NAME, '-o', '::warning::\u001b[31m']],
    ['explain', ['explain', "Didn't find op for builtin opcode 'CONV_2D' version '3'", '--model', NAME]],
  ])('%s prints the names of its files as names', async (_, argv) => {
    const { stdout, stderr } = await runMain(folderWith(NAME), argv);
    const ours = stdout.replace(/^::error title=tinyml check[^\n]*\n/gm, '');
    expect(ours + stderr).not.toMatch(UNWANTED);
  });

  it('offers no line that a shell would read more into', async () => {
    const folder = makeFolder();
    const name = '$(touch x)`touch y`.h5';
    writeFileSync(join(folder, name), fixture('tiny.h5'));
    const model = await runMain(folder, ['check', name, '--flash', '1M']);
    expect(model.stderr).toContain(`tinyml convert '${name}' --float -o model.tflite`);
    const log = await runMain(folder, ['explain', name]);
    expect(log.stderr).toContain(`tinyml explain - < '${name}'`);
  });
});
