/** Names of classes that firmware prints: one printable line each. */

import { usageError } from '../../core/errors.ts';

const MAX_LABEL_LENGTH = 64;

/** Controls, formatting (which can turn text around), line separators and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Throws `bad-label` unless every label can be printed on one line, and none is used twice. */
export function checkLabels(labels: readonly string[]): void {
  const seen = new Set<string>();
  for (const [index, label] of labels.entries()) {
    const why =
      label.trim() === ''
        ? 'is empty'
        : UNPRINTABLE.test(label)
          ? 'holds characters that cannot be printed on one line'
          : label.length > MAX_LABEL_LENGTH
            ? `is longer than ${MAX_LABEL_LENGTH} characters`
            : seen.has(label)
              ? 'is used twice'
              : undefined;
    if (why !== undefined) {
      throw usageError(
        'bad-label',
        `Label ${index}, ${JSON.stringify(label)}, ${why}.`,
        'Give one short printable name for each class, separated by commas.',
      );
    }
    seen.add(label);
  }
}
