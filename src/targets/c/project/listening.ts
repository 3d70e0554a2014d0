/** What a project that listens has besides: the stream, and a sensor. */

import { streamPlan } from '../../../core/samples/streaming.ts';
import { type FirmwareFile, isStepped } from '../../firmware/firmware.ts';
import type { FirmwareStream } from '../../firmware/streams/firmware-stream.ts';
import { type SensorPlace, type SensorWriter, sensorFiles } from '../../firmware/streams/sensors/sensor.ts';
import { streamHeader } from '../../firmware/streams/stream-header.ts';
import { standaloneStreamNames } from '../../firmware/streams/stream-names.ts';
import { inputEnds, outputEnds, type StandaloneProject } from './project.ts';

/** A project that listens. */
export type ListeningProject = StandaloneProject & { readonly stream: FirmwareStream };

export function listens(project: StandaloneProject): project is ListeningProject {
  return project.stream !== undefined;
}

/** What the application does behind the self-test, for comments. */
export function purposeOf(project: StandaloneProject): string {
  return listens(project) ? 'listens to its sensor' : 'runs it on stored samples';
}

export function streamFile(project: ListeningProject): FirmwareFile {
  const { names, stream } = project;
  const [[input], [output]] = [inputEnds(project), outputEnds(project)];
  if (!isStepped(output)) throw new Error('a model listens whose output has no scale');
  return {
    path: `${names.name}_stream.h`,
    text: streamHeader(stream, { input, output }, standaloneStreamNames(names)),
  };
}

/** What sensors are written for. */
export function sensorPlace({ names: { name, macro }, stream }: ListeningProject): SensorPlace {
  return {
    macro: `${macro}_STREAM`,
    header: `${name}_stream.h`,
    stream,
    plan: streamPlan(stream.preparation),
  };
}

/** The sensor of a project that listens; no files for others. */
export function sensorOf(project: StandaloneProject, source: string, write: SensorWriter): FirmwareFile[] {
  return listens(project) ? sensorFiles(source, write, sensorPlace(project)) : [];
}
