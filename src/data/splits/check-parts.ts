/** Splits that nothing can be learned from or measured with. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { nameOfClass } from './class-name.ts';
import { PARTS, type Part, type SampleFacts } from './parts.ts';

export function countParts(parts: Uint8Array): Readonly<Record<Part, number>> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const part of parts) counts[PARTS[part]]++;
  return counts;
}

function checkEmpty(parts: Uint8Array): void {
  const counts = countParts(parts);
  const empty = PARTS.find((part) => counts[part] === 0);
  if (empty === undefined) return;
  throw inputError(
    'too-few-samples',
    `Of ${counted(parts.length, 'sample')} none is left for the ${empty} split (train ${counts.train}, validation ${counts.validation}, test ${counts.test})`,
    parts.length < PARTS.length
      ? `Collect more samples: each of ${PARTS.length} splits takes one at least.`
      : 'Collect more samples, or give the split a larger share.',
  );
}

function checkClasses(
  parts: Uint8Array,
  classOf: ArrayLike<number>,
  names: readonly string[] | undefined,
): void {
  const counts = new Map<number, number[]>();
  for (let sample = 0; sample < parts.length; sample++) {
    const own = counts.get(classOf[sample]) ?? [0, 0, 0];
    own[parts[sample]]++;
    counts.set(classOf[sample], own);
  }
  for (const [own, [train, validation, test]] of counts) {
    if (train > 0) continue;
    throw inputError(
      'missing-label',
      `the training split has no sample of class ${nameOfClass(own, names)}: of its ${counted(validation + test, 'sample')} ${validation} validate and ${test} test`,
      'Split so that training sees every class, collect more of it, or leave it out.',
    );
  }
}

/** Throws (input) `too-few-samples` for an empty part, and `missing-label` for a class that training never sees. */
export function checkParts(
  parts: Uint8Array,
  { classOf }: Pick<SampleFacts, 'classOf'>,
  classNames?: readonly string[],
): void {
  checkEmpty(parts);
  if (classOf !== undefined) checkClasses(parts, classOf, classNames);
}
