import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Node loads the sources itself then, with their types taken out: a third of the time that Vitest takes for it. */
const HOOKS = new URL('tools/typescript-hooks.js', import.meta.url).href;
const SOURCES = new RegExp(`^${root.replaceAll('\\', '/').replace(/[.*+?^${}()|[\]]/g, '\\$&')}src/.*\\.ts$`);
/**
 * How much bytecode a function runs before V8 optimizes it, seven times as much as usual: few functions of tests run so
 * often that this is worth its time, a seventh of all that the processes of tests take.
 */
const RARELY_OPTIMIZED = '--interrupt-budget=500000';
/** The bundle is run as it is: transforming megabytes of it takes seconds. */
const BUNDLE = /^(?!.*\/node_modules\/).*\/dist\/[^/]+\.js$/;

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
  .map((path) => `test/${path.replaceAll('\\', '/')}`);

/** Tests that replace globals or modules, or measure the process that they run in. */
const alone = tests.filter((path) =>
  /\bvi\.|process\.memoryUsage/.test(readFileSync(join(root, path), 'utf8')),
);
const together = tests.filter((path) => !alone.includes(path));

export default defineConfig({
  root,
  test: {
    // One more than cores: some tests wait, for boards, servers and browsers. The default leaves one core idle.
    maxWorkers: availableParallelism() + 1,
    globalSetup: join(root, 'test/temporary-memory.ts'),
    // Against what never ends; nothing is measured by it, since other programs may have the processors.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    server: { deps: { external: [BUNDLE] } },
    projects: [
      // One process for many files, which loads what they import once: half of the time of most of them.
      {
        extends: true,
        test: {
          name: 'together',
          include: together,
          isolate: false,
          execArgv: ['--enable-source-maps', '--import', HOOKS, RARELY_OPTIMIZED],
          server: { deps: { external: [BUNDLE, SOURCES] } },
        },
      },
      { extends: true, test: { name: 'alone', include: alone, sequence: { groupOrder: 1 } } },
    ],
  },
});
