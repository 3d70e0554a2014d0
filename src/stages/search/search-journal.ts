/** What a search has finished, on disk: it goes on from there, and nothing is trained twice. */

import * as z from 'zod';
import { clearJournal, openJournal } from '../../artifacts/journal.ts';
import { sha256 } from '../../core/digest.ts';
import { inputError, mismatchError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import { TOOL } from '../../core/version.ts';
import type { ProjectConfig } from '../config.ts';
import { rememberedIn, type SearchMemory } from './search-memory.ts';
import type { SearchSpace } from './space/space-schema.ts';
import { type TrialResult, trialResultSchema } from './trial.ts';

const FORMAT = 'tinyml/search@1';

/** What must be the same for a search to go on. */
export interface SearchIdentity {
  readonly project: ProjectConfig;
  readonly space: SearchSpace;
  readonly seed: number;
  /** `Trial.sources`. */
  readonly sources: string;
}

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  tool: z.string(),
  project: z.string(),
  space: z.string(),
  seed: z.number(),
  sources: z.string(),
});

type Header = z.infer<typeof headerSchema>;

/** What a search has finished: the key of a trial, and its result. */
const entrySchema = z.strictObject({ trial: z.string(), result: trialResultSchema });

/** What decides trials: not what is exported or reported, nor what is checked afterwards. */
function projectDigest({ export: _, report: __, check, ...decisive }: ProjectConfig): string {
  return sha256(canonicalJson({ ...decisive, target: check.target }));
}

function headerOf({ project, space, seed, sources }: SearchIdentity): Header {
  return {
    format: FORMAT,
    tool: TOOL,
    project: projectDigest(project),
    space: sha256(canonicalJson(space.knobs)),
    seed,
    sources,
  };
}

const OTHERS: readonly (readonly [keyof Header, string])[] = [
  ['tool', 'version of tinyml'],
  ['project', 'project'],
  ['space', 'search space'],
  ['seed', 'seed'],
  ['sources', 'data'],
];

const FRESH_HINT = 'Go back to that, or begin anew with --fresh, which forgets its trials.';

function requireSame(path: string, line: string, header: Header): void {
  const parsed = headerSchema.safeParse(parseLine(path, 1, line));
  if (!parsed.success) throw damaged(path, 1);
  const other = OTHERS.filter(([name]) => parsed.data[name] !== header[name]).map(([, what]) => what);
  if (other.length === 0) return;
  const detail = parsed.data.seed === header.seed ? '' : ` (${parsed.data.seed}, not ${header.seed})`;
  throw mismatchError(
    'search-is-another',
    `The search that is kept in ${path} is of another ${other.join(', and another ')}${detail}`,
    FRESH_HINT,
  );
}

function damaged(path: string, line: number): Error {
  return inputError('bad-search-journal', `Line ${line} of ${path} is none that a search writes`, FRESH_HINT);
}

function parseLine(path: string, number: number, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged(path, number);
  }
}

function readEntries(path: string, lines: readonly string[]): Map<string, TrialResult> {
  return new Map(
    lines.map((line, index) => {
      const entry = entrySchema.safeParse(parseLine(path, index + 2, line));
      if (!entry.success) throw damaged(path, index + 2);
      return [entry.data.trial, entry.data.result];
    }),
  );
}

/**
 * Opens or begins the journal of a search at `path`, which errors call `name`. `fresh` forgets what is there. Throws `search-is-another` (mismatch),
 * `bad-search-journal` (input) and `cannot-write` (environment).
 */
export function openSearchJournal(
  path: string,
  name: string,
  identity: SearchIdentity,
  fresh: boolean,
): SearchMemory {
  if (fresh) clearJournal(path);
  const journal = openJournal(path);
  try {
    const header = headerOf(identity);
    const [first, ...entries] = journal.lines;
    if (first === undefined) journal.append(JSON.stringify(header));
    else requireSame(name, first, header);
    return rememberedIn(readEntries(name, entries), {
      keep: (trial, result) =>
        journal.append(JSON.stringify({ trial, result } satisfies z.infer<typeof entrySchema>)),
      close: () => journal.close(),
    });
  } catch (error) {
    journal.close();
    throw error;
  }
}
