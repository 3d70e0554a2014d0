/** Which version of its operators a file means. */

import type { OperatorSetProto } from './messages.ts';

/** `ai.onnx`, which files leave empty. */
const DEFAULT_DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx']);

/** The newest whose operators were read with their definitions. */
export const NEWEST_SET = 23;

export function isDefaultDomain(domain: string): boolean {
  return DEFAULT_DOMAINS.has(domain);
}

/** The first where a file says none. */
export function versionOf(sets: readonly OperatorSetProto[], domain: string): number {
  const isSame = (other: string) => (isDefaultDomain(domain) ? isDefaultDomain(other) : other === domain);
  return sets.find((set) => isSame(set.domain))?.version ?? 1;
}

/** What is to be said of a file of such sets. */
export function operatorSetNotes(sets: readonly OperatorSetProto[]): readonly string[] {
  const version = versionOf(sets, '');
  return version <= NEWEST_SET
    ? []
    : [
        `its operators are of ONNX operator set ${version}, and tinyml knows those up to ${NEWEST_SET}: they are read as these.`,
      ];
}
