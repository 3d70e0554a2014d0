/** The XNNPACK library, where it is installed: a program that is compiled with it and runs a network. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dataFromBytes, tensorBytes } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { openPeer, type PeerProcess } from '../peer-process.ts';
import { leastSecondsOf } from '../timing.ts';
import { networkText, withoutSoftmax } from './network-text.ts';

const SOURCE = resolve('test/bench/peers/invoke_xnnpack.cc');

export interface LibraryTimes {
  readonly ours: number;
  readonly theirs: number;
  /** The largest difference of an output, in steps. */
  readonly steps: number;
  /** As far as it is known. */
  readonly version: string;
}

function hasLibrary(): boolean {
  const program = '#include <xnnpack.h>\nint main() { return xnn_initialize(nullptr); }\n';
  const options = ['-x', 'c++', '-', '-o', '/dev/null', '-lXNNPACK'];
  return spawnSync('g++', options, { input: program }).status === 0;
}

/** Of Debian's package: the library itself does not tell. */
function libraryVersion(): string {
  const { stdout } = spawnSync('dpkg-query', ['-W', 'libxnnpack-dev'], { encoding: 'utf8' });
  return ['XNNPACK', stdout?.split('\t')[1]?.trim()].filter(Boolean).join(' ');
}

/** Both of the same operators, in turns: ours, theirs, ours, theirs. */
async function measure(peer: PeerProcess, graph: Graph, input: Uint8Array): Promise<LibraryTimes> {
  const interpreter = createInterpreter(graph);
  const tensors = [dataFromBytes('int8', input)];
  const expected = interpreter.invoke(tensors)[0] as Int8Array;
  const outputs = peer.firstLine.split(' ').map(Number);
  if (outputs.length !== expected.length) throw new Error(`XNNPACK has ${outputs.length} outputs`);
  const steps = Math.max(...outputs.map((value, index) => Math.abs(value - expected[index])));
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < 2; round++) {
    ours.push(await leastSecondsOf(() => interpreter.invoke(tensors)));
    theirs.push(await peer.seconds());
  }
  return { ours: Math.min(...ours), theirs: Math.min(...theirs), steps, version: libraryVersion() };
}

/** Of an int8 network, without a SOFTMAX at its end; undefined where the library is missing, or an operator in the program. */
export async function libraryTimes(whole: Graph): Promise<LibraryTimes | undefined> {
  const graph = withoutSoftmax(whole);
  const text = networkText(graph);
  if (text === undefined || !hasLibrary()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const [program, network, numbers] = ['invoke', 'network', 'input'].map((name) => join(folder, name));
    execFileSync('g++', ['-O2', '-std=c++17', SOURCE, '-o', program, '-lXNNPACK']);
    const [type] = createInterpreter(graph).inputs;
    const input = new Uint8Array(tensorBytes(type)).map((_, index) => index * 37);
    writeFileSync(network, text);
    writeFileSync(numbers, new Int8Array(input.buffer).join(' '));
    const peer = await openPeer(program, [network, numbers]);
    try {
      return await measure(peer, graph, input);
    } finally {
      peer.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
