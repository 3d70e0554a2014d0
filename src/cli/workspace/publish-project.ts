/** What a project exports, put where its file says. */

import { join } from 'node:path';
import type { Artifact } from '../../artifacts/store.ts';
import type { Session } from '../terminal/session.ts';
import type { Project } from './project.ts';
import { publishExport } from './publish.ts';
import { publishFirmware } from './publish-firmware.ts';

/** An array, or a sketch or a tree, of which what people edited is kept. Returns the paths as they are shown. */
export function publishProject(
  session: Session,
  artifact: Artifact,
  { config, folder }: Pick<Project, 'config' | 'folder'>,
): readonly string[] {
  const directory = join(folder, config.export.directory);
  if (config.export.layout === 'array') return publishExport(session, artifact, directory);
  const files = new Map(artifact.manifest.files.map(({ path }) => [path, artifact.read(path)]));
  return publishFirmware(session, files, { directory, force: false });
}
