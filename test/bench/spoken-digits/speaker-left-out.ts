/** What a network makes of a voice that it has never heard: each of the six speakers is the test once, seed 1. */

import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { evaluationOf, inFolder } from '../project.ts';
import type { Outcome } from '../row.ts';
import { NETWORKS, type NetworkName, type Recordings } from './networks.ts';
import { accuracyOf } from './official-split.ts';

const SPEAKERS = ['george', 'jackson', 'lucas', 'nicolas', 'theo', 'yweweler'] as const;
type Speaker = (typeof SPEAKERS)[number];

/** `3_theo_12.wav`; folders have no speaker. */
function speakerOf(path: string): string | undefined {
  return path.endsWith('.wav') ? basename(path).split('_')[1] : undefined;
}

/** All recordings below `folder`; those of the speaker are the test. */
function divide({ train, test }: Recordings, folder: string, speaker: Speaker): Recordings {
  const divided = { train: join(folder, 'others'), test: join(folder, speaker) };
  const copy = (into: string, isWanted: (own: string | undefined) => boolean): void => {
    const filter = (path: string): boolean => isWanted(speakerOf(path));
    for (const from of [train, test]) cpSync(from, into, { recursive: true, filter });
  };
  copy(divided.train, (own) => own !== speaker);
  copy(divided.test, (own) => own === undefined || own === speaker);
  return divided;
}

function leftOut(name: NetworkName, recordings: Recordings, speaker: Speaker): number {
  return inFolder((folder) => {
    NETWORKS[name](folder, divide(recordings, folder, speaker));
    return accuracyOf(evaluationOf(folder), 'converted');
  });
}

export function speakerLeftOut(name: NetworkName, recordings: Recordings): Outcome[] {
  const accuracies = SPEAKERS.map((speaker) => leftOut(name, recordings, speaker));
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / SPEAKERS.length;
  const each = SPEAKERS.map((speaker, i) => `${speaker} ${accuracies[i].toFixed(3)}`).join(', ');
  return [{ name: `a speaker left out, ${name}: mean accuracy, int8`, value: mean, unit: '', how: each }];
}
