/** Too few samples, of all or of some. */

import { counted } from '../../core/figure-text.ts';
import { nameOfClass } from '../splits/class-name.ts';
import { PARTS } from '../splits/parts.ts';
import { type Finding, figure, quoted } from './finding.ts';

const IMBALANCE = 10;
/** Fewer samples of a class, and one of them decides percents. */
const FEW_OF_CLASS = 10;
const FEW_SAMPLES = 50;

function countsOf(values: ArrayLike<number>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  return counts;
}

function imbalance(sorted: readonly (readonly [string, number])[]): Finding[] {
  const [[rarest, least], [commonest, most]] = [sorted[0], sorted[sorted.length - 1]];
  if (most < IMBALANCE * least) return [];
  return [
    {
      check: 'class-imbalance',
      sentence: `Class ${commonest} has ${counted(most, 'sample')}, ${figure(most / least)} times as many as class ${rarest} with ${least}: accuracy says little here; weigh the classes ("balance" in "training"), and look at balanced accuracy.`,
    },
  ];
}

function rareClasses(sorted: readonly (readonly [string, number])[]): Finding[] {
  return sorted.flatMap(([name, count]): Finding[] => {
    if (count >= FEW_OF_CLASS) return [];
    const sentence =
      count === 1
        ? `Class ${name} occurs once: nothing can be tested of it; is it a misspelt label?`
        : `Class ${name} has ${counted(count, 'sample')}: each is ${figure(100 / count)} points of what is measured of it; collect more.`;
    return [{ check: 'rare-class', sentence }];
  });
}

/** `classNames` are those of the numbers in `classOf`. */
export function checkClasses(
  classOf: ArrayLike<number>,
  classNames: readonly string[] | undefined,
): readonly Finding[] {
  const sorted = [...countsOf(classOf)]
    .sort((a, b) => a[1] - b[1] || a[0] - b[0])
    .map(([own, count]) => [nameOfClass(own, classNames), count] as const);
  if (sorted.length < 2) return [];
  return [...imbalance(sorted), ...rareClasses(sorted)];
}

export function checkCount(samples: number): readonly Finding[] {
  if (samples >= FEW_SAMPLES) return [];
  return [
    {
      check: 'too-few-samples',
      sentence: `The data have ${counted(samples, 'sample')} in all: what is measured on a part of them is chance; collect ${FEW_SAMPLES} at least, or use folds ("tinyml evaluate --folds 5").`,
    },
  ];
}

/** Groups with samples in several parts. `column` names what groups them, `groupNames` the groups. */
export function checkGroups(
  parts: Uint8Array,
  groupOf: ArrayLike<number>,
  column: string,
  groupNames?: readonly string[],
): readonly Finding[] {
  const groups = new Map<number, [number, number, number]>();
  for (const [sample, part] of parts.entries()) {
    const own = groups.get(groupOf[sample]) ?? [0, 0, 0];
    own[part]++;
    groups.set(groupOf[sample], own);
  }
  const torn = [...groups].filter(([, counts]) => counts.filter((count) => count > 0).length > 1);
  if (torn.length === 0) return [];
  const [first, counts] = torn[0];
  const where = PARTS.map((part, index) => `${part} ${counts[index]}`).join(', ');
  return [
    {
      check: 'split-group',
      sentence: `${torn.length} of ${counted(groups.size, 'group')} of ${quoted(column)} have samples in several splits, ${nameOfClass(first, groupNames)} for one (${where}): the test measures what training has met; split by ${quoted(column)}.`,
    },
  ];
}
