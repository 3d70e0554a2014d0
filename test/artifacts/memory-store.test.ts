/** Artifacts in memory are those of the disk, manifest for manifest; only the time of their making differs. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import type { Manifest } from '../../src/artifacts/manifest.ts';
import { memoryStore } from '../../src/artifacts/memory-store.ts';
import type { ArtifactStore } from '../../src/artifacts/store.ts';
import { parseProject } from '../../src/stages/config.ts';
import { Pipeline, stagesOf } from '../../src/stages/pipeline.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tinyml-memory-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const config = parseProject({
  dataset: { source: 'sine', samples: 60, normalization: 'standard' },
  training: { epochs: 2, compress: [{ method: 'prune', epochs: 1 }] },
  quantization: { samples: 20 },
});

/** Of every stage, without the time that it took. */
async function manifestsOf(store: ArtifactStore): Promise<readonly Omit<Manifest, 'provenance'>[]> {
  const project = new Pipeline({ config, store });
  const manifests: Omit<Manifest, 'provenance'>[] = [];
  for (const stage of stagesOf(config)) {
    const { provenance: _, ...content } = (await project.run(stage)).artifact.manifest;
    manifests.push(content);
  }
  return manifests;
}

describe('memoryStore', () => {
  it('holds what the disk holds, of every stage', async () => {
    expect(await manifestsOf(memoryStore())).toEqual(await manifestsOf(diskStore(root)));
  });

  it('makes nothing again that is up to date', async () => {
    const store = memoryStore();
    await new Pipeline({ config, store }).run('convert');
    const { ran, artifact } = await new Pipeline({ config, store }).run('convert');
    expect(ran).toBe(false);
    expect(artifact.directory).toMatch(/^convert\/00001-[0-9a-f]{12}$/);
    const other = parseProject({ ...config, conversion: { type: 'float' } });
    const again = await new Pipeline({ config: other, store }).run('convert');
    expect(again.ran).toBe(true);
    expect(again.artifact.directory).toMatch(/^convert\/00002-/);
  });
});
