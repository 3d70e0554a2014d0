/** The last examination of a project, kept beside its other artifacts for the report. */

import type { Artifact, ArtifactStore } from '../../artifacts/store.ts';
import { prettyJson } from '../../core/json.ts';
import { TOOL } from '../../core/version.ts';
import type { Examination } from '../../models/doctor/examine.ts';
import type { ExaminedArtifacts } from './project-patient.ts';

/** Where it lies; no stage, for nothing is made of it. */
export const DOCTOR_FOLDER = 'doctor';

const FILE = 'examination.json';

/** Of the same artifacts it is the same content, so what cures took is not in it. */
export function keepExamination(
  store: Pick<ArtifactStore, 'write'>,
  { dataset, train, quantize }: Omit<ExaminedArtifacts, 'float'>,
  examination: Examination,
  { createdAt, seconds }: { readonly createdAt: Date; readonly seconds: number },
): Artifact {
  const { recommendation, cures, ...found } = examination;
  const untimed = <Cure extends object>(cure: Cure): Cure =>
    'seconds' in cure ? { ...cure, seconds: 0 } : cure;
  const kept: Examination = {
    ...found,
    cures: cures.map(untimed),
    ...(recommendation === undefined
      ? {}
      : { recommendation: { ...recommendation, cure: untimed(recommendation.cure) } }),
  };
  const { gainDb } = recommendation ?? {};
  return store.write({
    kind: 'examination',
    stage: DOCTOR_FOLDER,
    options: {},
    overrides: {},
    seed: quantize.manifest.seed,
    tool: TOOL,
    inputs: [dataset, train, quantize],
    files: new Map([[FILE, new TextEncoder().encode(prettyJson(kept))]]),
    metrics: gainDb === undefined ? {} : { gainDb },
    interrupted: false,
    createdAt,
    seconds,
  });
}

export function readExamination(artifact: Artifact): Examination {
  return JSON.parse(artifact.readText(FILE)) as Examination;
}
