/** What a project takes that listens all the time: measured, or why not. */

import { attempt } from '../../core/errors.ts';
import type { ListeningCost, NotMeasured } from '../../models/duty/listening-cost.ts';
import { listeningProgram } from '../../models/duty/listening-sources.ts';
import { MODEL_FILE } from '../../stages/convert.ts';
import type { Pipeline } from '../../stages/pipeline.ts';
import { projectStream } from '../../stages/stream/project-stream.ts';
import { readListeningFile } from '../../stages/stream/stream-settings.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import type { Session } from '../terminal/session.ts';
import { measureListening } from './measure-listening.ts';

/** Brings its stages up to date. Throws `no-stream` (usage) for a project that does not listen. */
export async function projectListeningCost(
  { reporter, signal }: Session,
  pipeline: Pipeline,
  options: ProgramOptions,
): Promise<ListeningCost | NotMeasured> {
  const made = async (stage: 'dataset' | 'convert' | 'stream') =>
    (await pipeline.require({ stage })).artifact;
  // The stage refuses projects that do not listen.
  const stream = await made('stream');
  const listening = projectStream(await made('dataset'), stream);
  const model = readListeningFile(stream) ?? (await made('convert')).read(MODEL_FILE);
  const program = attempt(() => listeningProgram(model, listening, options));
  if ('refusal' in program) return { doubt: program.refusal };
  reporter.info('Counting instructions on an emulated Cortex-M4.');
  return measureListening(program.value, signal);
}
