import type { Artifact } from '../../artifacts/store.ts';
import type { FirmwareStream } from '../../targets/firmware/streams/firmware-stream.ts';
import { streamPreparation } from './stream-preparation.ts';
import { readStreamSettings } from './stream-settings.ts';

/** What the firmware of a project listens for. Throws `no-stream` (input) where its data hold texts. */
export function projectStream(dataset: Artifact, stream: Artifact): FirmwareStream {
  const { every, decision, labels, rate, largest } = readStreamSettings(stream);
  return { preparation: streamPreparation(dataset), every, decision, labels, rate, largest };
}
