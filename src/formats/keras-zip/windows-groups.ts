/**
 * Keras 2.13 to 2.15 join the names of groups with the separator of the machine, so a file from Windows has one group
 * `layers\dense` where others have `dense` inside `layers` (keras-team/keras#18528).
 */

import type { Hdf5Dataset, Hdf5Group } from '../hdf5/tree.ts';

interface MutableGroup {
  readonly texts: Map<string, readonly string[]>;
  readonly groups: Map<string, MutableGroup>;
  readonly datasets: Map<string, Hdf5Dataset>;
}

function emptyGroup(): MutableGroup {
  return { texts: new Map(), groups: new Map(), datasets: new Map() };
}

function childOf(parent: MutableGroup, name: string): MutableGroup {
  const known = parent.groups.get(name);
  if (known !== undefined) return known;
  const made = emptyGroup();
  parent.groups.set(name, made);
  return made;
}

function addAll(from: Hdf5Group, into: MutableGroup): void {
  for (const [name, texts] of from.texts) into.texts.set(name, texts);
  for (const [name, dataset] of from.datasets) into.datasets.set(name, dataset);
  for (const [name, group] of from.groups) addAll(group, name.split('\\').reduce(childOf, into));
}

/** The same tree with every group inside the groups that its name lists. */
export function splitWindowsGroups(root: Hdf5Group): Hdf5Group {
  const split = emptyGroup();
  addAll(root, split);
  return split;
}
