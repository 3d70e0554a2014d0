/** Paths of files beside a model, as the model gives them. */

import { inputError } from '../core/errors.ts';

/** Refuses a path that does not stay in the folder of the model, or is no path but an address. */
export function checkBesidePath(path: string): void {
  const parts = path.split(/[/\\]/);
  if (
    parts.some((part) => part === '..' || part === '') ||
    /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path) ||
    path.includes('\0')
  ) {
    throw inputError(
      'unsafe-path',
      `It names the weight file ${JSON.stringify(path)}, which is not inside its own folder.`,
      'Files with weights must lie beside the model or in folders below it.',
    );
  }
}
