/** The project in the current folder: its file, or the built-in one, and its artifacts. */

import { existsSync } from 'node:fs';
import { diskStore } from '../../artifacts/disk-store.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { workerThreads } from '../../models/run/spread/worker-threads.ts';
import { CONFIG_FILE, defaultProject, type ProjectConfig, parseProject } from '../../stages/config.ts';
import { Pipeline } from '../../stages/pipeline.ts';
import { tfjsTrainer } from '../../training/tfjs/tfjs-trainer.ts';
import type { Session } from '../terminal/session.ts';
import { readInput } from './inputs.ts';

export interface Project {
  readonly config: ProjectConfig;
  readonly store: ArtifactStore;
  readonly pipeline: Pipeline;
}

/** Who is told of work, who may stop it, and the threads of this machine. */
export function workContext({ reporter, signal }: Session): WorkContext {
  return { report: reporter, signal, threads: workerThreads };
}

export function openProject(session: Session): Project {
  const path = session.absolute(CONFIG_FILE);
  const config = existsSync(path)
    ? parseProject(
        decodeText(readInput(session, path, 'a project file', MAX_TEXT_BYTES), CONFIG_FILE),
        CONFIG_FILE,
      )
    : defaultProject;
  const store = diskStore(session.absolute('artifacts'));
  const context = { ...workContext(session), tfjs: tfjsTrainer };
  return { config, store, pipeline: new Pipeline({ store, config, ...context }) };
}
