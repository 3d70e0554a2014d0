/** The walk-throughs print what they say, and their pictures are those of the tool; "npm run readme" writes both. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder, removeFolders, runMain } from './cli/run-main.ts';
import { writePytorchExample } from './pytorch-example.ts';

afterAll(removeFolders);

const EXAMPLES = new URL('../examples/', import.meta.url);
/** They train, on machines that are busy too. */
const MOST_MS = 180_000;
const UPDATES = process.env.UPDATE_README !== undefined;

/** Where the commands of a walk-through leave a picture. */
function pictureIn(folder: string, name: string): string {
  if (name !== 'loss.svg') return join(folder, name);
  const evaluations = join(folder, 'artifacts/evaluate');
  return join(evaluations, readFileSync(join(evaluations, 'latest'), 'utf8').trim(), name);
}

class Reader {
  folder = makeFolder();
  /** Of the commands last read. */
  #printed = '';

  /** Does what a block of shell says. */
  async #perform(lines: readonly string[]): Promise<void> {
    this.#printed = '';
    for (const line of lines) {
      const [program, ...argv] = line.split(' ');
      if (program === 'cd') this.folder = join(this.folder, argv[0]);
      else this.#printed += await this.#run(line, argv);
    }
  }

  async #run(line: string, argv: readonly string[]): Promise<string> {
    if (line.startsWith('cc ')) return this.#shell(line);
    if (line.startsWith('node ')) return this.#shell(line.replace('node', `"${process.execPath}"`));
    const { code, stdout, stderr } = await runMain(this.folder, argv);
    expect(code, line + stdout + stderr).toBe(0);
    expect(stderr).not.toMatch(/^warning/m);
    return stdout;
  }

  #shell(line: string): string {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: this.folder, encoding: 'utf8' });
    expect([status, stderr], line).toEqual([0, '']);
    return stdout;
  }

  /** The text as it should be. */
  async read(text: string): Promise<string> {
    let right = '';
    let end = 0;
    for (const { 0: block, 1: kind, 2: body, index } of text.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
      if (kind === 'sh') await this.#perform(body.trim().split('\n'));
      if (kind !== 'sh' && kind !== 'text') continue;
      const printed = this.#printed.replace(/\b\d{5}-[0-9a-f]{12}\b/g, '00001-…').trim();
      right += text.slice(end, index) + (kind === 'sh' ? block : `\`\`\`text\n${printed}\n\`\`\``);
      end = index + block.length;
    }
    return right + text.slice(end);
  }
}

/** Project files that a walk-through begins with, and programs that make its data, at their places. */
function copyProjects(from: URL, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!/tinyml\.config\.json$|\.mjs$/.test(entry)) continue;
    mkdirSync(dirname(join(to, entry)), { recursive: true });
    copyFileSync(new URL(entry, from), join(to, entry));
  }
}

it.each([
  ['gesture', ['loss.svg', 'plan.svg']],
  ['anomaly', ['loss.svg', 'plan.svg']],
  ['files', []],
  ['smaller', []],
  ['pytorch', []],
])(
  '%s',
  async (name, drawings) => {
    const example = new URL(`${name}/`, EXAMPLES);
    const path = new URL('README.md', example);
    const text = readFileSync(path, 'utf8');
    const reader = new Reader();
    copyProjects(example, reader.folder);
    if (name === 'pytorch') writePytorchExample(reader.folder);
    const right = await reader.read(text);
    const pictures = [...text.matchAll(/!\[[^\]]+\]\(([\w.]+)\)/g)].map(([, picture]) => picture);
    expect(pictures).toEqual(drawings);
    for (const picture of pictures) {
      const drawn = readFileSync(pictureIn(reader.folder, picture), 'utf8');
      if (UPDATES) writeFileSync(new URL(picture, example), drawn);
      else expect(readFileSync(new URL(picture, example), 'utf8') === drawn, picture).toBe(true);
    }
    if (UPDATES) writeFileSync(path, right);
    else expect(text).toBe(right);
  },
  MOST_MS,
);

const HAS_CC = spawnSync('cc', ['--version']).status === 0;

it.skipIf(!HAS_CC)(
  `sine, as C ${HAS_CC ? '' : 'needs cc'}`,
  async () => {
    const example = new URL('sine/', EXAMPLES);
    const path = new URL('README.md', example);
    const text = readFileSync(path, 'utf8');
    const [section] = /^## As C$.*?(?=^## )/ms.exec(text) ?? [''];
    const reader = new Reader();
    copyProjects(example, reader.folder);
    const right = text.replace(section, await reader.read(section));
    expect(right).toContain('tinyml-self-test PASS');
    if (UPDATES) writeFileSync(path, right);
    else expect(text).toBe(right);
  },
  MOST_MS,
);
