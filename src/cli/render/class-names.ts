/** Names of classes in a sentence. */

import { printable } from './printable.ts';

const LISTED_CLASSES = 12;

export function classesText(classes: readonly string[]): string {
  const shown = classes.slice(0, LISTED_CLASSES).map((name) => JSON.stringify(name));
  return printable(shown.join(', ')) + (classes.length > LISTED_CLASSES ? ', …' : '');
}
