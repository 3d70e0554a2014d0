/** Progress that only the same work goes on from: whoever asks with another key finds nothing. */

import { sha256 } from '../core/digest.ts';
import type { Progress } from './store.ts';

const DIGEST_LENGTH = 64;

/** `key` is a SHA-256 of all that the work depends on. What is damaged counts as not saved. */
export function keyedProgress({ load, save, drop }: Progress, key: string): Progress {
  const encoder = new TextEncoder();
  return {
    load() {
      const saved = load();
      if (saved === undefined) return undefined;
      const content = saved.subarray(2 * DIGEST_LENGTH);
      const head = new TextDecoder().decode(saved.subarray(0, 2 * DIGEST_LENGTH));
      return head === key + sha256(content) ? content : undefined;
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
