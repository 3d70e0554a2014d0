/** Programs that use the package: the example runs, and strict compilers accept it against the declarations alone. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { IS_BUILT } from '../built.ts';
import { makeFolder, removeFolders } from '../cli/run-main.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/api/program.js');
const README = join(ROOT, 'examples/api/README.md');
/** In one thread, which takes half of the processor's time that several take: other tests run beside it. */
const TSC = [join(ROOT, 'node_modules/typescript/bin/tsc'), '--singleThreaded'];

afterAll(removeFolders);

it.skipIf(!IS_BUILT)('the example prints what its README says ("npm run readme" writes it)', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [EXAMPLE], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const readme = readFileSync(README, 'utf8');
  const printed = stdout.replace(/00001-[0-9a-f]{12}/g, '00001-…');
  const right = readme.replace(/(?<=```\n).*?(?=```)/s, () => printed);
  if (process.env.UPDATE_README !== undefined) writeFileSync(README, right);
  else expect(readme).toBe(right);
});

/** For browsers: no types of Node, and an error caught by its class. */
const WEB_PROGRAM = `
  import { arrayRecords, convertModel, readModel, TinymlError, type WorkContext } from 'tinyml';
  const context: WorkContext = { signal: new AbortController().signal };
  export async function convert(file: Uint8Array, data: Float32Array): Promise<Uint8Array> {
    try {
      const options = { calibration: arrayRecords({ shape: [1, data.length], data }) };
      return (await convertModel(await readModel(file), options, context)).bytes;
    } catch (error) {
      if (error instanceof TinymlError && error.kind === 'unsupported') console.warn(error.hint);
      throw error;
    }
  }
`;

/** Threads of its own making. */
const THREADS_PROGRAM = `
  import {
    type Answer, type BlockMessage, createWork, type Helper, type Job, type Listener, type Threads, type WorkKind,
  } from 'tinyml';
  function answer<Kind extends WorkKind>(job: Job<Kind>): (message: BlockMessage) => Answer<Kind> {
    const work = createWork(job);
    return (message) => ({ event: 'done', ...message, result: work(message.block, message.rows) });
  }
  class Queue<Kind extends WorkKind> implements Helper {
    constructor(job: Job<Kind>, private readonly listener: Listener<Kind>) {
      this.answer = answer(job);
      queueMicrotask(() => listener.hear({ event: 'ready' }));
    }
    private readonly answer: (message: BlockMessage) => Answer<Kind>;
    post(message: BlockMessage): void {
      queueMicrotask(() => this.listener.hear(structuredClone(this.answer(message))));
    }
    async end(): Promise<void> {}
  }
  export const threads: Threads = { most: 4, worthMs: 500, start: (job, listener) => new Queue(job, listener) };
`;

/** What Node adds, and what the commands print. */
const NODE_PROGRAM = `
  import { type CheckJson, diskStore, type InspectJson, parseProject, Pipeline, workerThreads } from 'tinyml';
  const config = parseProject({ dataset: { source: 'motion' } });
  const project = new Pipeline({ config, store: diskStore('artifacts'), threads: workerThreads });
  const { artifact, ran } = await project.run('convert', { library: 'chirale' });
  const model: Uint8Array = artifact.read('model.tflite');
  export const made: readonly [boolean, number] = [ran, model.length];
  export const failures = ({ checks }: CheckJson): number => checks.filter(({ ok }) => !ok).length;
  export const macs = (inspected: InspectJson): number => inspected.macs;
`;

const WRONG_PROGRAM = `
  import { convertModel, readModel } from 'tinyml';
  await convertModel(await readModel(new Uint8Array()), { library: 'no-such-library' });
`;

describe('declarations', () => {
  let folder = '';

  /** The package as it is installed, with declarations alone, and the packages that come with it. */
  beforeAll(() => {
    folder = makeFolder();
    const installed = join(folder, 'node_modules/tinyml');
    mkdirSync(installed, { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
    for (const name of [...Object.keys(packageJson.dependencies), '@types/node', 'undici-types']) {
      const link = join(folder, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), link, 'junction');
    }
    // Whether the sources are right is for "npm run typecheck" to say; declarations that cannot be written are errors here.
    const emit = ['--declaration', '--emitDeclarationOnly', '--noCheck', '--outDir', join(installed, 'dist')];
    execFileSync(process.execPath, [...TSC, '-p', join(ROOT, 'tsconfig.json'), ...emit]);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'web.ts'), WEB_PROGRAM);
    writeFileSync(join(folder, 'threads.ts'), THREADS_PROGRAM);
    writeFileSync(join(folder, 'node.ts'), NODE_PROGRAM);
    writeFileSync(join(folder, 'wrong.ts'), WRONG_PROGRAM);
    cpSync(EXAMPLE, join(folder, 'program.js'));
  });

  /** What the compiler says, strict and with all declarations of packages checked but where `options` say otherwise. */
  function compile(options: string, ...files: readonly string[]): string {
    const argv = [
      ...TSC,
      '--noEmit',
      '--strict',
      '--skipDefaultLibCheck',
      '--target',
      'es2023',
      ...options.split(' '),
      ...files,
    ];
    return spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' }).stdout;
  }

  const NODE = '--module nodenext --lib es2023 --types node';
  const BUNDLER = '--module esnext --moduleResolution bundler --lib es2023,dom';
  /** Where others check the same declarations under the same rules. */
  const PROGRAM_ALONE = '--skipLibCheck';

  it.each([
    ['a program for Node', `${NODE} --allowJs --checkJs`, ['node.ts', 'program.js']],
    [
      'the same for a bundler',
      `${BUNDLER} --types node --allowJs --checkJs ${PROGRAM_ALONE}`,
      ['node.ts', 'program.js'],
    ],
    [
      'a program for browsers',
      `${BUNDLER} --types null --customConditions browser ${PROGRAM_ALONE}`,
      ['web.ts', 'threads.ts'],
    ],
    ['the same without its own entry', `${BUNDLER} --types null`, ['web.ts']],
  ])('accept %s', (_, options, files) => {
    expect(compile(options, ...files)).toBe('');
  });

  it('refuse what is not there', () => {
    expect(compile(`${NODE} ${PROGRAM_ALONE}`, 'wrong.ts')).toContain(
      '\'"no-such-library"\' is not assignable to type',
    );
  });
});
