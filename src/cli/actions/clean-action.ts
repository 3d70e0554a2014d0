/** `tinyml clean`: frees what the project's older artifacts take. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cleanDiskStore, removeTemporaries } from '../../artifacts/clean-disk-store.ts';
import { usageError } from '../../core/errors.ts';
import { CONFIG_FILE } from '../../stages/config/config-file.ts';
import { DOCTOR_FOLDER } from '../../stages/doctor/kept-examination.ts';
import { STAGE_NAMES } from '../../stages/stage.ts';
import type { CleanJson } from '../printed-json.ts';
import { renderCleaning } from '../render/cleaning.ts';
import type { Session } from '../terminal/session.ts';
import { artifactsOf, readProject } from '../workspace/read-project.ts';
import { searchFolder } from '../workspace/search-files.ts';

/** Removes what is old of the project, and names it. */
export function cleanAction(session: Session): void {
  const { config, folder, file } = readProject(session);
  const artifacts = artifactsOf(folder);
  if (file === undefined && !existsSync(artifacts)) {
    throw usageError(
      'no-project',
      `There is no project here: no ${CONFIG_FILE} in this folder or above, and no artifacts`,
      'Go to the folder of the project, or name its file with --config.',
    );
  }
  const { removed, foreign } = cleanDiskStore(artifacts, [...STAGE_NAMES, DOCTOR_FOLDER], session.reporter);
  const others = [folder, join(folder, config.export.directory)].flatMap(removeTemporaries);
  const all = [...removed, ...others].map(({ path, bytes }) => ({ path: session.shown(path), bytes }));
  const cleaning: CleanJson = {
    removed: all,
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    // A search keeps what it finished, however old.
    foreign: foreign.filter((path) => path !== searchFolder(folder)).map((path) => session.shown(path)),
  };
  session.emit<CleanJson>(() => renderCleaning(cleaning), cleaning);
}
