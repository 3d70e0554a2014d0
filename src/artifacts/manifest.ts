/** The manifest that every artifact directory carries, and its rules for versions and paths. */

import * as z from 'zod';
import { sha256 } from '../core/digest.ts';
import { inputError, unsupportedError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';

/** The version this tinyml writes and the newest it reads. */
export const MANIFEST_VERSION = 1;

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Relative, forward slashes, and never out of the directory. */
const filePathSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/)
  .refine((path) => !path.split('/').includes('..'));

const manifestSchema = z.object({
  format: z.string().regex(/^tinyml\/[a-z0-9-]+@\d+$/),
  stage: z.string(),
  digest: digestSchema,
  options: z.json(),
  seed: z.number(),
  tool: z.string(),
  inputs: z.array(z.object({ stage: z.string(), digest: digestSchema })),
  files: z.array(z.object({ path: filePathSchema, bytes: z.int().nonnegative(), sha256: digestSchema })),
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
export function contentDigest(content: Omit<Manifest, 'digest' | 'provenance'>): string {
  return sha256(canonicalJson(content));
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
  const version = /@(\d+)$/.exec(String((json as { format?: unknown } | null)?.format))?.[1];
  if (version !== undefined && Number(version) > MANIFEST_VERSION) {
    throw unsupportedError(
      'newer-manifest',
      `${where} has format version ${version}, but this tinyml reads versions up to ${MANIFEST_VERSION}`,
      'Update tinyml, or delete that folder and run the stage again.',
    );
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw inputError(
      'bad-manifest',
      `${where}: ${issue.path.join('.') || 'the manifest'}: ${issue.message}`,
      hint,
    );
  }
  const { digest, provenance: _, ...content } = parsed.data;
  if (contentDigest(content) !== digest) {
    throw inputError('bad-manifest', `${where} does not match its own digest`, hint);
  }
  return parsed.data;
}
