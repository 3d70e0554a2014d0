/** Takes the types out of modules of src when Node loads them. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

const SOURCES = new URL('../../src/', import.meta.url).href;

/** Hook of Node's module loader: https://nodejs.org/api/module.html#loadurl-context-nextload */
export async function load(url, context, nextLoad) {
  if (!url.startsWith(SOURCES) || !url.endsWith('.ts')) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const options = {
    loader: 'ts',
    format: 'esm',
    target: 'es2023',
    sourcefile: path,
    sourcemap: 'inline',
    sourcesContent: false,
  };
  const { code } = await transform(await readFile(path, 'utf8'), options);
  return { format: 'module', source: code, shortCircuit: true };
}
