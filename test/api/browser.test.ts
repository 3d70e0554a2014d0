/** The API in a browser: what a bundle of it holds, and that Chromium computes there what Node computes here. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import * as browser from '../../src/browser.ts';
import { IS_BUILT } from '../built.ts';
import { CHROMIUM, CHROMIUM_FLAGS } from '../chromium.ts';
import { makeFolder, removeFolders } from '../cli/run-main.ts';
import { type Digests, doWork } from './portable-work.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODEL = 'tiny.h5';

const PAGE_SCRIPT = `
  import * as tinyml from 'tinyml';
  import { doWork } from './test/api/portable-work.ts';
  async function answer() {
    try {
      const file = new Uint8Array(await (await fetch('/${MODEL}')).arrayBuffer());
      return { digests: await doWork(tinyml, '${MODEL}', file) };
    } catch (error) {
      return { failure: String(error?.stack ?? error) };
    }
  }
  await fetch('/answer', { method: 'POST', body: JSON.stringify(await answer()) });
`;

interface Bundle {
  /** By path, as the page asks for it. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly warnings: readonly string[];
  readonly metafile: Metafile;
}

/** The built package, as a program finds it that asks for "tinyml" in a browser. */
async function bundle(): Promise<Bundle> {
  const { outputFiles, warnings, metafile } = await build({
    stdin: { contents: PAGE_SCRIPT, resolveDir: ROOT, sourcefile: 'page.ts', loader: 'ts' },
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    entryNames: 'page',
    outdir: '/',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path.replaceAll('\\', '/'), contents]));
  return { files, warnings: warnings.map(({ text }) => text), metafile };
}

/** Packages and modules of Node that an entry of `src/` reaches, by static and by dynamic imports. */
async function foreignImports(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'src', entry)],
    bundle: true,
    format: 'esm',
    packages: 'external',
    outdir: '/',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))].sort();
}

afterAll(removeFolders);

it('the entry for browsers reaches no module of Node, and no package but those that run anywhere', async () => {
  expect(await foreignImports('browser.ts')).toEqual([
    '@bufbuild/protobuf/wire',
    '@noble/hashes/sha2.js',
    '@noble/hashes/utils.js',
    'd3-scale',
    'd3-shape',
    'fast-png',
    'fflate',
    'flatbuffers',
    'h5wasm',
    'hyparquet',
    'hyparquet-compressors',
    'hyparquet/src/column.js',
    'hyparquet/src/schema.js',
    'jpeg-js',
    'papaparse',
    'zod',
  ]);
  expect(await foreignImports('index.ts')).toEqual(
    expect.arrayContaining(['node:fs', 'node:worker_threads']),
  );
});

describe.skipIf(!IS_BUILT)('a bundle of the package ("npm run build" makes it)', () => {
  it('is made without a warning, and loads the HDF5 library only where it is needed', async () => {
    const { files, warnings, metafile } = await bundle();
    expect(warnings).toEqual([]);
    const [page] = Object.entries(metafile.outputs).filter(([path]) => path.endsWith('page.js'));
    expect(Object.keys(page[1].inputs).filter((path) => path.includes('h5wasm'))).toEqual([]);
    expect(files.size).toBeGreaterThan(1);
  });
});

interface Answer {
  readonly digests?: Digests;
  readonly failure?: string;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Opens the page in Chromium, and resolves to what it answers. */
async function askChromium(program: string, files: ReadonlyMap<string, Uint8Array>): Promise<Answer> {
  let settle: (answer: Answer) => void;
  const answered = new Promise<Answer>((resolve) => {
    settle = resolve;
  });
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    if (path === '/answer') settle(JSON.parse(await bodyOf(request)) as Answer);
    const file = files.get(path);
    const type = path.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': type }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const profile = makeFolder();
  const chromium = spawn(program, [
    ...CHROMIUM_FLAGS,
    `--user-data-dir=${profile}`,
    `http://127.0.0.1:${port}/`,
  ]);
  let words = '';
  chromium.stderr.on('data', (piece) => {
    words += piece;
  });
  const ended = new Promise<void>((resolve) => chromium.once('exit', () => resolve()));
  try {
    return await Promise.race([
      answered,
      ended.then(() => ({ failure: `${program} ended without an answer: ${words.slice(-2000)}` })),
    ]);
  } finally {
    chromium.kill();
    await ended;
    server.closeAllConnections();
    server.close();
  }
}

describe.skipIf(!IS_BUILT || CHROMIUM === undefined)(
  'in Chromium (needs chromium and "npm run build")',
  () => {
    it('a Keras model becomes the same int8 file as here, a project the same model', async () => {
      const { files } = await bundle();
      const model = readFileSync(join(ROOT, 'fixtures/keras', MODEL));
      const page = new TextEncoder().encode('<!doctype html><script type="module" src="/page.js"></script>');
      const site = new Map([...files, ['/', page], [`/${MODEL}`, new Uint8Array(model)]]);
      const { digests, failure } = await askChromium(CHROMIUM as string, site);
      expect(failure).toBeUndefined();
      expect(digests).toEqual(await doWork(browser, MODEL, model));
    });
  },
);

it('the browser finds its own entry', () => {
  const { browser: entry } = packageJson.exports['.'];
  expect(entry).toEqual({ types: './dist/browser.d.ts', default: './dist/browser.js' });
  expect(Object.keys(packageJson.exports['.'])[0]).toBe('browser');
});
