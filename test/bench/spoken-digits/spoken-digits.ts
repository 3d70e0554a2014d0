/** Spoken digits of six people, from recordings to an int8 network and to its answers on a chip. */

import { resolve } from 'node:path';
import type { Outcome, Section } from '../row.ts';
import { SHARED_FOLDER, withShared } from '../shared.ts';
import type { NetworkName, Recordings } from './networks.ts';
import { officialSplit } from './official-split.ts';
import { onChip } from './on-chip.ts';
import { speakerLeftOut } from './speaker-left-out.ts';

const [train, test] = ['train', 'test'].map((part) => resolve(SHARED_FOLDER, 'data', 'fsdd', part));

type Measure = (name: NetworkName, recordings: Recordings) => Outcome[];

function rows(title: string, name: NetworkName, measure: Measure): () => Promise<Outcome[]> {
  return withShared(`${title}, ${name}`, async () => measure(name, { train, test }));
}

export const spokenDigits: Section = {
  'ds-cnn': rows('official split', 'ds-cnn', officialSplit),
  proposed: rows('official split', 'proposed', officialSplit),
  'ds-cnn-speakers': rows('a speaker left out', 'ds-cnn', speakerLeftOut),
  'proposed-speakers': rows('a speaker left out', 'proposed', speakerLeftOut),
  'ds-cnn-chip': rows('on a Cortex-M4', 'ds-cnn', onChip),
  'proposed-chip': rows('on a Cortex-M4', 'proposed', onChip),
};
