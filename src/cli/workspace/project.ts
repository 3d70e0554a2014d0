/** The project in the current folder: its file, or the built-in one, and its artifacts. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readInputFile } from '../../artifacts/files.ts';
import { ArtifactStore } from '../../artifacts/store.ts';
import type { Reporter } from '../../core/reporter.ts';
import { CONFIG_FILE, defaultProject, type ProjectConfig, parseProject } from '../../stages/config.ts';
import { Pipeline } from '../../stages/pipeline.ts';
import type { CliIo } from '../terminal/io.ts';
import { TOOL } from '../version.ts';

export interface Project {
  readonly config: ProjectConfig;
  readonly store: ArtifactStore;
  readonly pipeline: Pipeline;
}

export function openProject(io: CliIo, report: Reporter): Project {
  const path = join(io.cwd, CONFIG_FILE);
  const config = existsSync(path)
    ? parseProject(new TextDecoder().decode(readInputFile(path, 'a project file')), CONFIG_FILE)
    : defaultProject;
  const store = new ArtifactStore(join(io.cwd, 'artifacts'));
  return { config, store, pipeline: new Pipeline({ store, config, report, signal: io.signal, tool: TOOL }) };
}
