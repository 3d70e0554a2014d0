/** What a project exports, put where its file says. */

import { join } from 'node:path';
import type { Artifact } from '../../artifacts/store.ts';
import type { Session } from '../terminal/session.ts';
import type { Project } from './project.ts';
import { publishSources, type SourceTarget } from './publish-sources.ts';

/** The sources of an export artifact, put into `target`. Returns the paths as they are shown. */
export function publishExport(session: Session, artifact: Artifact, target: SourceTarget): readonly string[] {
  const files = new Map(artifact.manifest.files.map(({ path }) => [path, artifact.read(path)]));
  return publishSources(session, files, target);
}

/** The same where the project wants them: an array, or a sketch or a tree, of which what people edited is kept. */
export function publishProject(
  session: Session,
  artifact: Artifact,
  { config, folder }: Pick<Project, 'config' | 'folder'>,
  force: boolean,
): readonly string[] {
  return publishExport(session, artifact, { directory: join(folder, config.export.directory), force });
}
