import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { type StepOptions, stepSchema } from '../preparing/index.ts';

const HINT =
  'Give what "prepare" of a project file would hold: [{"step":"spectrum","rate":8000,"window":256,"hop":128}].';

function badSteps(what: string, cause?: unknown): Error {
  return usageError('bad-steps', `The steps are ${what}.`, HINT, cause);
}

/** A list of preparing steps as JSON. Throws `bad-steps` (usage). */
export function parseSteps(text: string): readonly StepOptions[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badSteps('no JSON', error);
  }
  const parsed = z.array(stepSchema).min(1).max(64).safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badSteps(`no list of preparing steps: ${[...issue.path, issue.message].join(': ')}`);
}
