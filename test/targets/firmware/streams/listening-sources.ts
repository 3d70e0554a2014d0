/** The sources of a stream in both kinds of firmware, beside a network as C. */

import type { Decision } from '../../../../src/core/samples/decision.ts';
import type { Preparation } from '../../../../src/core/samples/preparation.ts';
import { type Graph, getValue } from '../../../../src/ir/graph.ts';
import { compileProgram } from '../../../../src/targets/c/program.ts';
import { ioHeader } from '../../../../src/targets/c/project/io-header.ts';
import { prepareHeader } from '../../../../src/targets/c/project/prepare-header.ts';
import { standaloneNames } from '../../../../src/targets/c/standalone-names.ts';
import { type Firmware, firmwareTensor, isStepped } from '../../../../src/targets/firmware/firmware.ts';
import { modelIoFiles } from '../../../../src/targets/firmware/model-io.ts';
import { modelSettingsFile } from '../../../../src/targets/firmware/model-settings.ts';
import { streamHeader } from '../../../../src/targets/firmware/streams/stream-header.ts';
import {
  FIRMWARE_STREAM,
  type StreamNames,
  standaloneStreamNames,
} from '../../../../src/targets/firmware/streams/stream-names.ts';
import { sourcesOf } from '../../../standalone/run-standalone.ts';

export interface Listened {
  readonly preparation: Preparation;
  readonly graph: Graph;
  readonly every: number;
  readonly decision: Decision;
}

export interface ListeningSources {
  readonly files: Readonly<Record<string, string>>;
  readonly names: StreamNames;
  /** The header of the stream, and where the program that uses it is to stand. */
  readonly header: string;
  readonly main: string;
}

function endsOf(graph: Graph) {
  const tensor = (role: 'input' | 'output') => {
    const { name, type } = getValue(graph, graph[`${role}s`][0]);
    return firmwareTensor(role, { name, ...type });
  };
  const output = tensor('output');
  if (!isStepped(output)) throw new Error('the output has no scale');
  return { input: tensor('input'), output };
}

function factsOf({ graph, preparation }: Listened) {
  const { input, output } = endsOf(graph);
  return {
    digest: '0'.repeat(64),
    inputs: [input],
    outputs: [output],
    preparation,
    vectors: [],
    vectorSource: '',
    isStateful: false,
    bitExact: true,
  };
}

function headerOf({ graph, preparation, every, decision }: Listened, names: StreamNames): string {
  const labels = decision.on.map((_, index) => `class "${index}"`);
  return streamHeader({ preparation, every, decision, labels, rate: 100, largest: 1 }, endsOf(graph), names);
}

export function standaloneSources(one: Listened): ListeningSources {
  const program = compileProgram(one.graph);
  const ends = standaloneNames(one.graph, 'model');
  const names = standaloneStreamNames(ends);
  return {
    files: {
      ...sourcesOf(program),
      'model_io.h': ioHeader({ ...factsOf(one), program, names: ends }),
      'model_prepare.h': prepareHeader(one.preparation, ends),
      'model_stream.h': headerOf(one, names),
    },
    names,
    header: 'model_stream.h',
    main: 'main.c',
  };
}

export function cppSources(one: Listened): ListeningSources {
  const firmware: Firmware = {
    ...factsOf(one),
    model: new Uint8Array(0),
    arrayName: 'g_model',
    library: 'chirale',
    operators: [],
    arena: [{ target: 'chirale', bytes: 0, unknownOperators: [] }],
    cmsisNnDiffers: [],
  };
  const io = [modelSettingsFile(firmware), ...modelIoFiles(firmware, 'cc')];
  return {
    files: {
      ...sourcesOf(compileProgram(one.graph)),
      ...Object.fromEntries(io.map(({ path, text }) => [path, text])),
      'stream_prepare.h': prepareHeader(one.preparation, { name: 'stream', macro: 'STREAM' }),
      'stream.h': headerOf(one, FIRMWARE_STREAM),
    },
    names: FIRMWARE_STREAM,
    header: 'stream.h',
    main: 'main.cc',
  };
}
