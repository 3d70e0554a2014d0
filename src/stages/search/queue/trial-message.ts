/** What search and workers write to each other: a trial, and what came of it. Both are foreign text to who reads them. */

import * as z from 'zod';
import { sha256 } from '../../../core/digest.ts';
import { inputError, mismatchError, type TinymlError } from '../../../core/errors.ts';
import { canonicalJson } from '../../../core/json.ts';
import { TOOL } from '../../../core/version.ts';
import { type Trial, type TrialResult, trialResultSchema, trialSchema } from '../trial.ts';
import { parseForeign } from './foreign-json.ts';

/** A trial is a project file and a few numbers more. */
const MOST_CHARACTERS = 2 ** 20;
/** Of what another version calls itself. */
const MOST_TOOL_CHARACTERS = 60;

const toolSchema = z.object({ tool: z.string().max(MOST_TOOL_CHARACTERS) });

const outcomeSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('found'), result: trialResultSchema }),
  /** tinyml did what it must not do: the same would happen to every other worker. */
  z.strictObject({ outcome: z.literal('bug'), message: z.string(), stack: z.string().optional() }),
]);

/** What a worker says of a trial. */
export type TrialOutcome = z.infer<typeof outcomeSchema>;

/** The same trial has the same text, and so the same name, in every search. */
export function trialText(trial: Trial): string {
  return canonicalJson(trial);
}

export function trialId(text: string): string {
  return `trial-${sha256(text)}`;
}

/** Another version of tinyml decided the trial: what the two call themselves. */
function otherTool(theirs: string): TinymlError {
  return mismatchError(
    'search-other-tool',
    `The search in this queue is that of ${theirs}, and this worker is ${TOOL}`,
    'Install the same version of tinyml on every machine, then start the worker again.',
  );
}

/** Throws `search-other-tool` (mismatch), and `bad-trial` (input) for what no tinyml wrote. */
export function parseTrial(text: unknown): Trial {
  const tool = parseForeign(toolSchema, text, MOST_CHARACTERS)?.tool;
  if (tool !== undefined && tool !== TOOL) throw otherTool(tool);
  const trial = parseForeign(trialSchema, text, MOST_CHARACTERS);
  if (trial === undefined) {
    throw inputError(
      'bad-trial',
      'The queue holds something that is no trial of a search',
      'It is left out.',
    );
  }
  return trial;
}

export function outcomeText(outcome: TrialOutcome): string {
  return JSON.stringify(outcome);
}

/** Throws `bad-trial-result` (input) for what is no result of this trial. */
export function parseOutcome(text: unknown, trial: Trial): TrialOutcome {
  const outcome = parseForeign(outcomeSchema, text, MOST_CHARACTERS);
  if (outcome === undefined || (outcome.outcome === 'found' && outcome.result.number !== trial.number)) {
    throw inputError(
      'bad-trial-result',
      `What the queue holds for trial ${trial.number} is no result of it`,
      'Somebody else writes to this server of Redis. Give it a password, and start the search again.',
    );
  }
  return outcome;
}

/** Of a worker on this machine. */
export function foundOutcome(result: TrialResult): TrialOutcome {
  return { outcome: 'found', result };
}
