/** `tinyml evaluate --stream FILE`: what the project's model hears along a recording. */

import { inputError, withAsyncErrorContext } from '../../core/errors.ts';
import { parseEventLabels } from '../../data/streams/event-labels.ts';
import type { FilesConfig } from '../../stages/dataset-config.ts';
import { hearRecording } from '../../stages/stream/hear-recording.ts';
import { readListeningModel } from '../../stages/stream/listening-model.ts';
import type { HeardJson } from '../printed-json.ts';
import { renderStream } from '../render/listening/stream.ts';
import type { Session } from '../terminal/session.ts';
import { readInput } from '../workspace/inputs.ts';
import { openProject } from '../workspace/project.ts';
import { listGiven } from './given-data.ts';

/** Prints what is heard; `events` names a file that says what is to be. */
export async function evaluateStream(
  session: Session,
  path: string,
  events: string | undefined,
): Promise<void> {
  const { config, pipeline } = openProject(session);
  const expected =
    events === undefined ? undefined : parseEventLabels(readInput(session, events, 'labels'), events);
  const files = listGiven(session, path);
  if (files.length !== 1)
    throw inputError('one-recording', `${path} holds ${files.length} files`, 'Name one recording.');
  const made = async (stage: 'dataset' | 'convert' | 'stream') =>
    (await pipeline.require({ stage })).artifact;
  // The stage refuses projects without files.
  const stream = await made('stream');
  const model = readListeningModel({
    stream,
    dataset: await made('dataset'),
    convert: await made('convert'),
  });
  const data = config.dataset as FilesConfig;
  const heard = await withAsyncErrorContext(path, () => hearRecording(model, files[0], data, expected));
  session.emit<HeardJson>(() => renderStream(heard, session.columns), { input: path, ...heard });
}
