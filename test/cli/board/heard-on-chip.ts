/** What the exported programs of a project that listens print of a recording on an emulated chip, and what they have to. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listDataFiles } from '../../../src/artifacts/data-files.ts';
import { diskStore } from '../../../src/artifacts/disk-store.ts';
import type { Artifact, ArtifactStore } from '../../../src/artifacts/store.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { createListener } from '../../../src/models/listen/listener.ts';
import { realSignature } from '../../../src/models/run/real-runner.ts';
import { parseProject } from '../../../src/stages/config.ts';
import type { FilesConfig } from '../../../src/stages/dataset-config.ts';
import { type ListeningModel, readListeningModel } from '../../../src/stages/stream/listening-model.ts';
import { readRecording } from '../../../src/stages/stream/read-recording.ts';
import { type CompileOptions, runOverUart } from '../../cross/compile.ts';
import { computingStub, STUB_MODEL } from '../../cross/stub-model.ts';

type Sources = Readonly<Record<string, string>>;

/** Exported by `run` and `export-c`: folders of the project. */
export const SKETCH = 'sketch';
export const FIRMWARE = 'firmware';
export const STANDALONE = 'c';
/** Of the functions in `STANDALONE`; the sketch has a header `model.h` of its own. */
export const NETWORK = 'net';

function latest(store: ArtifactStore, stage: string): Artifact {
  const found = store.latest(stage);
  if (found === undefined) throw new Error(`nothing was made by ${stage}`);
  return found;
}

export function listeningModel(project: string): ListeningModel {
  const store = diskStore(join(project, 'artifacts'));
  const [dataset, convert, stream] = ['dataset', 'convert', 'stream'].map((stage) => latest(store, stage));
  return readListeningModel({ dataset, convert, stream });
}

export interface HostAnswers {
  /** What a program prints of them: the scores above the zero point of every answer, and behind them what begins to be heard. */
  readonly lines: readonly string[];
}

/** The answers along a recording of the project, as `evaluate --stream` comes to them. */
export async function hostAnswers(project: string, recording: string): Promise<HostAnswers> {
  const { graph, preparation, settings, features } = listeningModel(project);
  const { dataset } = parseProject(readFileSync(join(project, 'tinyml.config.json'), 'utf8'));
  const listener = createListener(graph, preparation, settings);
  const { quant } = realSignature(graph).output;
  const scale = quant?.scheme === 'per-tensor' ? quant.scale : Number.NaN;
  const lines: string[] = [];
  const [file] = listDataFiles(join(project, recording));
  await readRecording(file, dataset as FilesConfig, features, (readings) => {
    const answer = listener.push(readings, 0);
    if (answer === undefined) return;
    lines.push(`scores ${answer.scores.join(' ')}`);
    const { begins } = answer;
    if (begins !== undefined)
      lines.push(`heard ${settings.labels[begins]} ${(answer.scores[begins] * scale).toFixed(4)}`);
  });
  return { lines };
}

function sourcesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = paths.filter((path) => /\.(c|cc|cpp|h|ino)$/.test(path));
  return Object.fromEntries(
    sources
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

/** Prints the scores of every answer, too. */
function withScores(sources: Sources, main: string, { graph, settings }: ListeningModel): Sources {
  const { quant } = realSignature(graph).output;
  const zeroPoint = quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0;
  const decides = /^.*stream_decide\(&\w+, (.+)\);$/m;
  const [line, output] = decides.exec(sources[main]) ?? [];
  if (line === undefined) throw new Error(`${main} does not decide`);
  const told = `  printf("scores");\n  for (int i = 0; i < ${settings.labels.length}; i++) printf(" %d", ${output}[i] - (${zeroPoint}));\n  printf("\\n");\n`;
  return { ...sources, [main]: `#include <stdio.h>\n${sources[main].replace(line, () => told + line)}` };
}

/** The interpreter computes with the C that is proven to be its like. */
function interpreterOf(project: string, { graph }: ListeningModel): Sources {
  const { [`${NETWORK}.c`]: source, [`${NETWORK}.h`]: header } = sourcesIn(join(project, STANDALONE));
  const typesOf = (ids: readonly number[]) => ids.map((id) => getValue(graph, id).type);
  const stub = computingStub(
    { inputs: typesOf(graph.inputs), outputs: typesOf(graph.outputs), operators: [], arenaBytes: 64 },
    NETWORK,
  );
  return { [`${NETWORK}.c`]: source, [`${NETWORK}.h`]: header, [STUB_MODEL]: stub };
}

interface Program {
  readonly sources: Sources;
  readonly options: CompileOptions;
}

export type ProgramName = 'C without an interpreter' | 'firmware of TensorFlow Lite Micro' | 'the sketch';

/** What a project that listens exports; the sketch reads what comes through the UART, not its own sensor. */
const PROGRAMS: Readonly<Record<ProgramName, (project: string, model: ListeningModel) => Program>> = {
  'C without an interpreter': (project, model) => ({
    sources: withScores(sourcesIn(join(project, STANDALONE)), 'main.c', model),
    options: { strict: true },
  }),
  'firmware of TensorFlow Lite Micro': (project, model) => {
    const { 'self_test_main.cc': _, ...own } = sourcesIn(join(project, FIRMWARE));
    return {
      sources: { ...withScores(own, 'main.cc', model), ...interpreterOf(project, model) },
      options: { standard: 'c++17' },
    };
  },
  'the sketch': (project, model) => {
    const own = sourcesIn(join(project, SKETCH));
    const sensor = sourcesIn(join(project, FIRMWARE))['sensor.cc'];
    return {
      sources: {
        ...withScores(own, `${SKETCH}.ino`, model),
        ...interpreterOf(project, model),
        'sensor.cpp': sensor,
      },
      options: { standard: 'c++11' },
    };
  },
};

/** All that the program prints behind its self-test, which has to pass. */
export function heardOnChip(project: string, program: ProgramName, input: Uint8Array): readonly string[] {
  const { sources, options } = PROGRAMS[program](project, listeningModel(project));
  const { stdout, stderr, exitCode } = runOverUart(sources, { ...options, input });
  const [selfTest, ...lines] = stdout.trim().split(/\r?\n/);
  if (exitCode !== 0 || stderr !== '' || !selfTest.startsWith('tinyml-self-test PASS '))
    throw new Error(`${exitCode}: ${selfTest}\n${stderr}`);
  return lines.filter((line) => line !== `setup: ${selfTest}` && line !== selfTest);
}
