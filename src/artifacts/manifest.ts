/** The manifest that every artifact directory carries, and its rules for versions and paths. */

import * as z from 'zod';
import { sha256 } from '../core/digest.ts';
import { inputError, type TinymlError, unsupportedError, usageError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';

/** The version this tinyml writes and the newest it reads. */
export const MANIFEST_VERSION = 1;

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/;

/** The manifest's own file beside those that it lists. */
export const MANIFEST_FILE = 'manifest.json';

/** A folder beside those of the other stages. */
const stageSchema = z.string().regex(NAME);

/** Relative, forward slashes, and never out of the directory. */
const filePathSchema = z
  .string()
  .refine((path) => path.split('/').every((name) => NAME.test(name)), 'no relative path of plain names')
  .refine((path) => path !== MANIFEST_FILE, "the manifest's own name");

const filesSchema = z
  .array(z.object({ path: filePathSchema, bytes: z.int().nonnegative(), sha256: digestSchema }))
  .refine(
    (files) => !files.some(({ path }) => files.some((other) => other.path.startsWith(`${path}/`))),
    'a file lies below another',
  );

const manifestSchema = z.object({
  format: z.string().regex(/^tinyml\/[a-z0-9-]+@\d+$/),
  stage: stageSchema,
  digest: digestSchema,
  options: z.json(),
  seed: z.number(),
  tool: z.string(),
  inputs: z.array(z.object({ stage: z.string(), digest: digestSchema })),
  /** Files of the user that it was made of, by the path that the project gives them. */
  sources: z
    .array(z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: digestSchema }))
    .optional(),
  files: filesSchema,
  metrics: z.record(z.string(), z.union([z.number(), z.string()])),
  /** The user stopped the stage; the artifact holds what was done by then. */
  interrupted: z.boolean(),
  /** Outside the digest: when, how long, and which options came from the command line. */
  provenance: z.object({
    createdAt: z.string(),
    seconds: z.number(),
    overrides: z.record(z.string(), z.json()),
  }),
});

/** What is told of an artifact: `manifest.json`. */
export type Manifest = z.infer<typeof manifestSchema>;
/** Figures of an artifact, by name. */
export type Metrics = Manifest['metrics'];

/** SHA-256 of the canonical manifest without `digest` and `provenance`: equal inputs give equal digests. */
function contentDigest(content: Omit<Manifest, 'digest' | 'provenance'>): string {
  return sha256(canonicalJson(content));
}

/** Deeper than any options are; what reads manifests descends into them. */
const MAX_DEPTH = 64;

/** Whether lists and objects lie deeper in each other than `MAX_DEPTH`; descends no deeper itself. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

const TOO_DEEP = `lists and objects lie more than ${MAX_DEPTH} deep in each other`;

/** The first thing that is wrong, and where. */
export function firstComplaint({ issues: [issue] }: z.ZodError): string {
  return `${issue.path.join('.') || 'the whole'}: ${issue.message}`;
}

/** The manifest of what is about to be written, on its own copy. Throws where nobody could read it again. */
export function newManifest(draft: Omit<Manifest, 'digest'>): Manifest {
  const refused = (reason: string): TinymlError =>
    usageError('bad-artifact', `The artifact of stage "${draft.stage}" cannot be kept: ${reason}`);
  if (isTooDeep(draft)) throw refused(TOO_DEEP);
  const parsed = manifestSchema.omit({ digest: true }).safeParse(draft);
  if (!parsed.success) throw refused(firstComplaint(parsed.error));
  const { provenance, ...content } = parsed.data;
  return { ...content, digest: contentDigest(content), provenance };
}

function formatOf(json: unknown): string {
  const format = (json as { readonly format?: unknown } | null)?.format;
  return typeof format === 'string' ? format : '';
}

/** Parses and verifies a manifest; `where` names the file in errors. */
export function parseManifest(text: string, where: string): Manifest {
  const hint = 'Delete that folder and run the stage again.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw inputError('bad-manifest', `${where} is not JSON`, hint, error);
  }
  const version = /@(\d+)$/.exec(formatOf(json))?.[1];
  if (version !== undefined && Number(version) > MANIFEST_VERSION) {
    throw unsupportedError(
      'newer-manifest',
      `${where} has format version ${version}, but this tinyml reads versions up to ${MANIFEST_VERSION}`,
      'Update tinyml, or delete that folder and run the stage again.',
    );
  }
  if (isTooDeep(json)) throw inputError('bad-manifest', `${where}: ${TOO_DEEP}`, hint);
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    throw inputError('bad-manifest', `${where}: ${firstComplaint(parsed.error)}`, hint);
  }
  const { digest, provenance: _, ...content } = parsed.data;
  if (contentDigest(content) !== digest) {
    throw inputError('bad-manifest', `${where} does not match its own digest`, hint);
  }
  return parsed.data;
}
