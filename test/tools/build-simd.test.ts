import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

it('the WebAssembly in the repository is what its sources make', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-simd-'));
  try {
    const output = join(folder, 'simd-module.ts');
    execFileSync(process.execPath, [path('./build-simd.js'), output]);
    const kept = readFileSync(path('../../src/kernels/simd/generated/simd-module.ts'), 'utf8');
    expect(kept).toBe(readFileSync(output, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
