/** Progress that only the same work goes on from: whoever asks with another key finds nothing. */

import { sha256 } from '../core/digest.ts';
import { canonicalJson } from '../core/json.ts';
import type { Manifest } from './manifest.ts';
import type { Progress } from './store.ts';

const DIGEST_LENGTH = 64;

/** The key of all that a work depends on; the artifact that it comes to tells as much in its manifest. */
export function workKey({
  stage,
  options,
  seed,
  tool,
  inputs,
  sources,
}: Pick<Manifest, 'stage' | 'options' | 'seed' | 'tool' | 'inputs' | 'sources'>): string {
  return sha256(canonicalJson({ stage, options, seed, tool, inputs, ...(sources && { sources }) }));
}

/** Differs for bytes that were saved of other work, or with another content. */
export function headOfProgress(saved: Uint8Array): string {
  return new TextDecoder().decode(saved.subarray(0, 2 * DIGEST_LENGTH));
}

/** The key under which bytes were saved; undefined where they are damaged. */
export function keyOfProgress(saved: Uint8Array): string | undefined {
  const head = headOfProgress(saved);
  const isWhole = head.slice(DIGEST_LENGTH) === sha256(saved.subarray(2 * DIGEST_LENGTH));
  return isWhole ? head.slice(0, DIGEST_LENGTH) : undefined;
}

/** What was saved, whatever its key; undefined where it is damaged. */
export function contentOfProgress(saved: Uint8Array): Uint8Array | undefined {
  return keyOfProgress(saved) === undefined ? undefined : saved.subarray(2 * DIGEST_LENGTH);
}

/** `key` is a `workKey`. What is damaged counts as not saved. */
export function keyedProgress({ load, save, drop }: Progress, key: string): Progress {
  const encoder = new TextEncoder();
  return {
    load() {
      const saved = load();
      return saved !== undefined && keyOfProgress(saved) === key
        ? saved.subarray(2 * DIGEST_LENGTH)
        : undefined;
    },
    save(content) {
      const saved = new Uint8Array(2 * DIGEST_LENGTH + content.length);
      saved.set(encoder.encode(key + sha256(content)));
      saved.set(content, 2 * DIGEST_LENGTH);
      save(saved);
    },
    drop,
  };
}
