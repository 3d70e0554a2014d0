/** The project's own model, for `tinyml inspect`. */

import { join } from 'node:path';
import { given } from '../../core/given.ts';
import type { ListeningCost, NotMeasured } from '../../models/duty/listening-cost.ts';
import type { ProjectConfig } from '../../stages/config.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import { readClasses } from '../../stages/dataset-reader.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import { projectListeningCost } from '../emulator/project-listening.ts';
import type { Session } from '../terminal/session.ts';
import { openProject } from '../workspace/project.ts';

export interface ProjectModel {
  readonly config: ProjectConfig;
  /** Its `.tflite` file, made where that is missing, and how the file and the classes are called. */
  written(): Promise<{
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly classes?: readonly string[];
  }>;
  /** Of a project that listens. */
  listeningCost(options: ProgramOptions): Promise<ListeningCost | NotMeasured>;
}

export function openProjectModel(session: Session): ProjectModel {
  const { config, pipeline } = openProject(session);
  return {
    config,
    written: async () => {
      const { artifact } = await pipeline.require({ stage: 'convert' });
      const { artifact: dataset } = await pipeline.require({ stage: 'dataset' });
      const name = session.shown(join(artifact.directory, MODEL_FILE));
      return { name, bytes: artifact.read(MODEL_FILE), ...given({ classes: readClasses(dataset) }) };
    },
    listeningCost: (options) => projectListeningCost(session, pipeline, options),
  };
}
