import type { Artifact } from '../../artifacts/store.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import type { Graph } from '../../ir/graph.ts';
import { readTflmModel } from '../../models/tflm-model.ts';
import { MODEL_FILE } from '../convert.ts';
import { readDescription } from '../dataset-reader.ts';
import { streamPreparation } from './stream-preparation.ts';
import { readListeningFile, readStreamSettings, type StreamSettings } from './stream-settings.ts';

/** A model, and how it listens. */
export interface ListeningModel {
  readonly graph: Graph;
  readonly preparation: Preparation;
  readonly settings: StreamSettings;
  /** The columns of its readings by name. */
  readonly features: readonly string[];
}

/** The artifacts of a project that has a stream. */
export interface ListeningArtifacts {
  readonly dataset: Artifact;
  readonly convert: Artifact;
  readonly stream: Artifact;
}

/** What the stages of a project made of its stream. Throws `no-stream` (input) where its data hold texts. */
export function readListeningModel({ dataset, convert, stream }: ListeningArtifacts): ListeningModel {
  return {
    graph: readTflmModel(readListeningFile(stream) ?? convert.read(MODEL_FILE)).graph,
    preparation: streamPreparation(dataset),
    settings: readStreamSettings(stream),
    features: readDescription(dataset)?.features ?? [],
  };
}
