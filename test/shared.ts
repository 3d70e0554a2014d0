/** Reference data beside the checkout: recorded TFLM vectors, public models, TensorFlow's own conversions. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../shared/', import.meta.url));

/** Why tests that need it skip; users have only the repository. */
export const NO_SHARED = 'needs ../shared beside the checkout';

/** The absolute path, or undefined where it does not exist. */
export function sharedPath(...parts: string[]): string | undefined {
  const path = [SHARED.replace(/\/$/, ''), ...parts].join('/');
  return existsSync(path) ? path : undefined;
}
