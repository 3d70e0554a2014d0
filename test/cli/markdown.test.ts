/** Markdown of `check` and `diff`: the same report, in which no name is more than text. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CheckReport, renderCheckMarkdown } from '../../src/cli/render/check-report.ts';
import { markdownCode, markdownTable, markdownText } from '../../src/cli/render/markdown.ts';
import { renderDiffMarkdown } from '../../src/cli/render/model-diff-markdown.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** Everything that Markdown, GitHub or a browser makes something of. */
const HOSTILE = [
  'a|b',
  'a\\|b',
  '`x`|``y',
  '<img src=x onerror=alert(1)>',
  '</td></tr></table><script>',
  '[click](https://evil.example)',
  '![i](//evil.example/x.png)',
  'https://evil.example/',
  'www.evil.example',
  'a@evil.example',
  '@octocat #1 GH-1 0123abc deadbeefcafe',
  '**bold** _it_ ~~no~~ $x$ :tada: &lt;b&gt;',
  '\n\n# head\n| x |\n|--|\n- list\n1. one',
  '\r::error::x ##[error]',
  '\u202e\u001b[31m\u2028é',
  '',
  '   ',
  '\\',
];

/** What is left of a line for Markdown to interpret, without the code. Each code is one pair of single backticks. */
function outsideCode(line: string): string {
  return line.replace(/`[^`]+`/g, 'code');
}

/** Only words, numbers and signs that mean nothing in Markdown. */
const HARMLESS = /^[A-Za-z0-9 ,.;:()"'%=+≥–…∞→−×-]*$/;

describe('text in Markdown', () => {
  it.each(HOSTILE)('%j is only text, as code and in a sentence', (name) => {
    for (const text of [markdownCode(name), markdownText(name), markdownText(`the tensor "${name}" is x.`)]) {
      expect(text).not.toMatch(/[|\p{Cc}\u202e\u2028]/u);
      const rest = outsideCode(text);
      expect(rest).toMatch(HARMLESS);
      expect(rest).not.toMatch(/www\.|:\/|[0-9a-f]{7}|GH-|\d+\.\S*[a-z]/i);
    }
  });

  it.each([
    'FAIL flash: 2,704 bytes, 1 byte over the limit of 2,703 bytes.',
    'arena is the least that works with cortex-m-cmsis-nn.',
    "it is at least 40.2 dB, and the baseline's",
    '12 of 16 records (25%)',
    '≥ +1,024',
  ])('%j stays as it is', (sentence) => {
    expect(markdownText(sentence)).toBe(sentence);
  });

  it('says what it hides', () => {
    expect(markdownCode('a|b`c')).toBe('`a\\u{7c}b\\u{60}c`');
    expect(markdownText('operator FULLY_CONNECTED "dense/MatMul" is')).toBe(
      'operator `FULLY_CONNECTED "dense/MatMul"` is',
    );
  });

  it('of a table keeps one line for every row, and its columns', () => {
    const rows = HOSTILE.map((name) => [name, '1']);
    const lines = markdownTable([{ title: 'a' }, { title: '', align: 'right' }], rows).split('\n');
    expect(lines.slice(0, 2)).toEqual(['| a |  |', '| --- | --: |']);
    expect(lines).toHaveLength(2 + HOSTILE.length);
    for (const line of lines) expect(line.match(/\|/g)).toHaveLength(3);
  });
});

const CHECK_REPORT: CheckReport = {
  model: HOSTILE.join(' '),
  target: 'x86-64',
  baseline: HOSTILE.join(' '),
  rows: [
    {
      check: 'operators',
      ok: false,
      library: 'tflm',
      operators: 1,
      refusals: HOSTILE.map((operator) => ({ operator, reason: operator, count: 2 })),
    },
    {
      check: 'arena',
      unit: 'bytes',
      sense: 'most',
      ok: false,
      limit: 5,
      limitIsBaseline: false,
      atLeast: false,
      unknown: HOSTILE.join(' '),
    },
  ],
};

/** Every line is a row of a table, an item, a title or a sentence, of nothing but words and code. */
function expectHarmless(report: string): void {
  for (const line of report.trimEnd().split('\n')) {
    const rest = outsideCode(line)
      .replace(/^\| (.*) \|$/, (_, cells: string) => cells.replaceAll(' | ', ' '))
      .replace(/^- |^\*\*(.*)\*\*$/, '$1');
    expect(rest).toMatch(HARMLESS);
  }
}

describe('reports with hostile names', () => {
  it('of check', () => {
    const report = renderCheckMarkdown(CHECK_REPORT);
    expectHarmless(report);
    expect(report.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(4);
    expect(report.split('\n').filter((line) => line.startsWith('- FAIL'))).toHaveLength(2);
  });

  it('of diff', () => {
    const all = HOSTILE.join(' ');
    const differences = [{ what: 'name', a: all, b: all }];
    const report = renderDiffMarkdown({
      a: { name: all, converted: true },
      b: { name: all, converted: false },
      diff: {
        identical: false,
        figures: [{ what: 'macs', a: { value: 1, doubt: all }, b: { doubt: all } }],
        model: differences,
        operators: [
          { subgraph: 1, change: 'changed', operator: all, a: 0, b: 1, differences },
          { subgraph: 0, change: 'added', operator: all, b: 1, differences: [] },
        ],
        outlineOnly: all,
        outputs: { notRun: all },
      },
    });
    expectHarmless(report);
    const rows = report.split('\n').filter((line) => line.startsWith('|'));
    expect(rows.map((row) => row.split('|').length - 2)).toEqual([4, 4, 4, 3, 3, 3, 6, 6, 6, 6]);
  });
});

function folderWithModels(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'a.tflite'), writeTflite(sineNet()));
  writeFileSync(join(folder, 'b.tflite'), writeTflite(sineNet(true)));
  return folder;
}

describe('tinyml check --markdown', () => {
  it('prints the table and the failures, and exits as always', async () => {
    const folder = folderWithModels();
    const { code, stdout, stderr } = await runMain(folder, [
      'check',
      'a.tflite',
      '--max-macs',
      '287',
      '--flash',
      '64k',
      '--markdown',
    ]);
    expect(code).toBe(5);
    expect(stderr).toContain('1 of 2 checks failed');
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('model `a.tflite`');
    expect(lines.slice(2, 4)).toEqual([
      '| check | limit | measured | margin |  |',
      '| --- | --: | --: | --: | --- |',
    ]);
    expect(lines).toContain('| MACs | 287 | 288 | -1 | FAIL |');
    expect(lines).toContain('- FAIL MACs: 288, 1 over the limit of 287.');
    expectHarmless(stdout);
  });

  it.each([['--json'], ['--format', 'github']])('is not for %s', async (...argv) => {
    const folder = folderWithModels();
    const { code, stderr } = await runMain(folder, [
      'check',
      'a.tflite',
      '--flash',
      '1',
      '--markdown',
      ...argv,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be used with');
  });
});

describe('tinyml diff --markdown', () => {
  it('prints tables of figures and operators, and the outputs', async () => {
    const folder = folderWithModels();
    const { code, stdout } = await runMain(folder, [
      'diff',
      'a.tflite',
      'b.tflite',
      '--markdown',
      '--exit-code',
    ]);
    expect(code).toBe(5);
    expect(stdout).toContain(
      '- A: `a.tflite`\n- B: `b.tflite`\n\n|  | A | B | B − A |\n| --- | --: | --: | --: |\n',
    );
    expect(stdout).toContain('| MACs | 288 | 288 | = |');
    expect(stdout).toContain('| `FULLY_CONNECTED` | 0 | changed | input 1 quantization | ');
    expect(stdout).toMatch(/^\*\*outputs on 16 random records .*\*\*$/m);
    expectHarmless(stdout);
  });

  it('says that models are identical', async () => {
    const folder = folderWithModels();
    const { stdout } = await runMain(folder, ['diff', 'a.tflite', 'a.tflite', '--markdown']);
    expect(stdout).toBe('- A: `a.tflite`\n- B: `a.tflite`\n\nThe models are identical, byte for byte.\n');
  });

  it('is not for --json', async () => {
    const argv = ['diff', 'a.tflite', 'b.tflite', '--markdown', '--json'];
    const { code, stderr } = await runMain(folderWithModels(), argv);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be used with');
  });
});
