/** What a report is of: the artifacts of a project that were made of one another. */

import { contentOfProgress, headOfProgress } from '../../artifacts/keyed-progress.ts';
import type { Artifact, ArtifactStore } from '../../artifacts/store.ts';
import { isDamage } from '../../artifacts/store.ts';
import { given } from '../../core/given.ts';
import { decodeCheckpoint } from '../../training/checkpoint.ts';
import type { EpochRecord } from '../../training/trainer.ts';
import { DOCTOR_FOLDER } from '../doctor/kept-examination.ts';
import { STAGE_NAMES, type StageName } from '../stage.ts';

export interface ReportArtifacts {
  readonly of: Readonly<Partial<Record<StageName, Artifact>>>;
  /** Stages whose artifact is damaged, or was made of others than the current ones: nothing is shown of them. */
  readonly outdated: readonly StageName[];
  /** The epochs of a training that is under way or was stopped; absent where there is none. */
  readonly underWay?: readonly EpochRecord[];
  /** What the doctor found out about them; absent where nobody asked it, or asked it of others. */
  readonly doctor?: Artifact;
}

/** Undefined for none, and for one that is not what was written. */
function latestOf(store: Pick<ArtifactStore, 'latest'>, stage: string): Artifact | 'damaged' | undefined {
  try {
    return store.latest(stage);
  } catch (error) {
    if (isDamage(error)) return 'damaged';
    throw error;
  }
}

function epochsUnderWay(store: Pick<ArtifactStore, 'progress'>): readonly EpochRecord[] | undefined {
  const saved = store.progress('train').load();
  const content = saved === undefined ? undefined : contentOfProgress(saved);
  return content === undefined ? undefined : decodeCheckpoint(content).history;
}

/** Changes whenever a report of the store would: what its current artifacts and the training under way are known by. */
export function reportState(store: Pick<ArtifactStore, 'latest' | 'progress'>): string {
  const digests = [...STAGE_NAMES, DOCTOR_FOLDER].map((stage) => {
    const artifact = latestOf(store, stage);
    return artifact === undefined || artifact === 'damaged' ? String(artifact) : artifact.directory;
  });
  const saved = store.progress('train').load();
  return [...digests, saved === undefined ? '' : headOfProgress(saved)].join('\n');
}

/** A project that lists no methods of compression any more, or no longer listens, leaves its last artifact behind. */
function stagesIn(
  latest: ReadonlyMap<StageName, Artifact | 'damaged'>,
  listens: boolean,
): readonly StageName[] {
  const made = ['quantize', 'convert', 'evaluate'] as const;
  const readers = made
    .map((stage) => latest.get(stage))
    .filter((artifact) => artifact !== undefined && artifact !== 'damaged');
  const reads = ({ manifest }: Artifact): boolean =>
    manifest.inputs.some(({ stage }) => stage === 'compress');
  const isIdle = readers.length > 0 && !readers.some(reads);
  return [...latest.keys()].filter((stage) =>
    stage === 'compress' ? !isIdle : stage !== 'stream' || listens,
  );
}

function isMadeOf(of: ReportArtifacts['of'], { manifest }: Artifact): boolean {
  return manifest.inputs.every(({ stage, digest }) => of[stage as StageName]?.manifest.digest === digest);
}

/** Those that are there, in the order in which stages build on each other. */
export function reportArtifacts(
  store: Pick<ArtifactStore, 'latest' | 'progress'>,
  listens: boolean,
): ReportArtifacts {
  const of: Partial<Record<StageName, Artifact>> = {};
  const outdated: StageName[] = [];
  const latest = new Map<StageName, Artifact | 'damaged'>();
  for (const stage of STAGE_NAMES) {
    const artifact = latestOf(store, stage);
    if (artifact !== undefined) latest.set(stage, artifact);
  }
  for (const stage of stagesIn(latest, listens)) {
    const artifact = latest.get(stage);
    if (artifact === undefined) continue;
    if (artifact !== 'damaged' && isMadeOf(of, artifact)) of[stage] = artifact;
    else outdated.push(stage);
  }
  const examined = latestOf(store, DOCTOR_FOLDER);
  const doctor =
    examined !== 'damaged' && examined !== undefined && isMadeOf(of, examined) ? examined : undefined;
  const underWay = epochsUnderWay(store);
  return { of, outdated, ...given({ underWay, doctor }) };
}
