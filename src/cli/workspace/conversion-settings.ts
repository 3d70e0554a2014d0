/** What a project says of conversions, for commands that take any model file. */

import { type ConversionSettings, defaultConversion } from '../../stages/config/conversion-config.ts';
import type { Session } from '../terminal/session.ts';
import { findProjectFile } from './find-project.ts';

/** Those of the project file; without one the defaults. */
export async function conversionSettings(session: Session): Promise<ConversionSettings> {
  const path = findProjectFile(session);
  if (path === undefined) return defaultConversion();
  // The schema of a whole project stands on all of data and training, which takes longer to load than many conversions.
  const { readProjectFile } = await import('./read-project.ts');
  return readProjectFile(session, path).config;
}
