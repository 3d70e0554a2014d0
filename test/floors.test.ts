import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

const FLOORS = [
  ['core'],
  ['kernels'],
  ['ops'],
  ['ir'],
  ['passes', 'planner', 'interpreter'],
  ['formats', 'targets', 'training', 'data', 'artifacts'],
  ['models'],
  ['stages'],
  ['cli'],
];

/** A package, or the packages whose names start with it, and the folders that may import it. */
const CONFINED: readonly (readonly [string, readonly string[]])[] = [
  ['@noble/', ['core']],
  ['@bufbuild/', ['formats']],
  ['@tensorflow/', ['training']],
  ['flatbuffers', ['formats']],
  ['h5wasm', ['formats']],
  ['fflate', ['core', 'formats', 'data']],
  ['fast-png', ['data']],
  ['jpeg-js', ['data']],
  ['papaparse', ['data']],
  ['hyparquet', ['data']],
  ['hyparquet-compressors', ['data']],
  ['d3-', ['targets']],
  ['commander', ['cli']],
  ['chalk', ['cli']],
  ['node:fs', ['artifacts', 'cli']],
  ['node:http', ['cli']],
  ['bullmq', ['stages']],
  ['ioredis', ['stages']],
  ['serialport', ['cli']],
  ['node:tty', ['cli']],
];

/** More in one folder, and nobody finds anything. */
const MOST_FILES = 25;

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function importsOf(file: string, text: string): Import[] {
  const pattern = /(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({ file, specifier: match[1] }));
}

function floorOf(folder: string): number {
  return FLOORS.findIndex((names) => names.includes(folder));
}

/** `src/ops/add.ts` → `ops`; files directly in src stand on the roof. */
function folderOf(file: string): string {
  const [first, ...rest] = relative(SRC, file).split(/[\\/]/);
  return rest.length === 0 ? '(roof)' : first;
}

/** Why an import is not allowed, or undefined. */
function violation({ file, specifier }: Import): string | undefined {
  const from = folderOf(file);
  if (specifier.startsWith('.')) {
    const to = folderOf(resolve(dirname(file), specifier));
    if (from === to || from === '(roof)' || floorOf(to) < floorOf(from)) return undefined;
    return `${from} imports ${to}, which is not on a lower floor`;
  }
  const rule = CONFINED.find(
    ([name]) => specifier === name || specifier.startsWith(/\W$/.test(name) ? name : `${name}/`),
  );
  if (rule === undefined || rule[1].includes(from)) return undefined;
  return `${specifier} is confined to ${rule[1].join(' and ')}`;
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(SRC, name));
}

describe('floors', () => {
  const files = sourceFiles();

  it('every folder has a floor', () => {
    const folders = new Set(files.map(folderOf).filter((folder) => folder !== '(roof)'));
    expect([...folders].filter((folder) => floorOf(folder) < 0)).toEqual([]);
  });

  it('imports go down or stay in the folder, and packages stay where they belong', () => {
    const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));
    expect(imports.length).toBeGreaterThan(200);
    const broken = imports.flatMap((one) => {
      const why = violation(one);
      return why === undefined ? [] : [`${relative(SRC, one.file)}: ${why}`];
    });
    expect(broken).toEqual([]);
  });

  it.each([
    ['ops/x.ts', "import { a } from '../ir/graph.ts';", 'ops imports ir'],
    ['passes/x.ts', "import { a } from '../interpreter/run.ts';", 'passes imports interpreter'],
    ['stages/x.ts', "import { readFile } from 'node:fs/promises';", 'node:fs/promises is confined'],
    ['stages/x.ts', "import { line } from 'd3-shape';", 'd3-shape is confined'],
    ['stages/x.ts', "const tf = await import('@tensorflow/tfjs-core');", '@tensorflow/tfjs-core is confined'],
  ])('notices %s with %s', (file, text, expected) => {
    const [found] = importsOf(join(SRC, file), text);
    expect(violation(found)).toContain(expected);
  });
});

/** Files of which each imports the next, and the last the first; type imports count too. Undefined where there are none. */
function findCircle(importsByFile: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const finished = new Set<string>();
  const search = (file: string, path: readonly string[]): readonly string[] | undefined => {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (finished.has(file)) return undefined;
    for (const next of importsByFile.get(file) ?? []) {
      const circle = search(next, [...path, file]);
      if (circle !== undefined) return circle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of importsByFile.keys()) {
    const circle = search(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

describe('rooms', () => {
  it('no file imports itself in a circle', () => {
    const importsByFile = new Map(
      sourceFiles().map((file) => {
        const own = importsOf(file, readFileSync(file, 'utf8')).filter(({ specifier }) =>
          specifier.startsWith('.'),
        );
        return [file, own.map(({ specifier }) => resolve(dirname(file), specifier))] as const;
      }),
    );
    expect(findCircle(importsByFile)?.map((file) => relative(SRC, file))).toBeUndefined();
  });

  it('notices a circle', () => {
    const imports = new Map([
      ['a', ['b', 'c']],
      ['b', []],
      ['c', ['d']],
      ['d', ['c']],
    ]);
    expect(findCircle(imports)).toEqual(['c', 'd', 'c']);
  });

  it(`at most ${MOST_FILES} files lie side by side`, () => {
    const counts = new Map<string, number>();
    for (const file of sourceFiles()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    const crowded = [...counts].filter(([, count]) => count > MOST_FILES);
    expect(crowded.map(([folder, count]) => `${relative(SRC, folder)}: ${count}`)).toEqual([]);
  });
});
