import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const IMPORT = /^(?:import|export)\s(?!type\s)[^;]*?\sfrom\s['"]([^'"]+)['"]/gm;

/** What loading files of `src/` loads, following static imports: files by their paths from there, and packages. */
export interface Loaded {
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

export function loadedBy(...entries: readonly string[]): Loaded {
  const files = new Set(entries.map((entry) => resolve(SRC, entry)));
  const packages = new Set<string>();
  for (const file of files) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (name.startsWith('.')) files.add(resolve(file, '..', name));
      else packages.add(name);
    }
  }
  const paths = [...files].map((file) => relative(SRC, file).replaceAll('\\', '/'));
  return { files: paths.sort(), packages: [...packages].sort() };
}
