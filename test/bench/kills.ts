/**
 * Commands ended at random moments, by SIGKILL, SIGTERM and SIGINT: what they leave must be whole, and the next command
 * must go on without --force and clear away what was left. Replayed by the seed; the moments depend on the machine.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskStore } from '../../src/artifacts/disk-store.ts';
import { damageOf } from '../../src/artifacts/store.ts';
import { sha256 } from '../../src/core/digest.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import { readNpy, writeNpy } from '../../src/data/records/npy.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { STAGE_NAMES } from '../../src/stages/stage.ts';
import { atMost, type Row, type Section } from './row.ts';
import { BIN } from './start-up.ts';

const KILLS = 300;
const SEED = 29;
/** Projects that are worked on side by side. */
const WORKERS = 2;
const HANGS_MS = 20_000;
const RECORDS = 60_000;

const COMMANDS = [
  ['run'],
  ['train'],
  ['convert', '-o', 'out/m.tflite'],
  ['export-c', '--tflm', 'fw'],
  ['predict', 'first.tflite', '--input', 'x.npy', '-o', 'out/y.npy'],
] as const;
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly ms: number;
}

/** Runs a command; with `kill` it is sent that signal so many milliseconds after its start. */
function tinyml(
  folder: string,
  argv: readonly string[],
  kill?: { readonly signal: NodeJS.Signals; readonly afterMs: number },
): Promise<Ended> {
  const started = performance.now();
  const child = spawn(process.execPath, [BIN, ...argv], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const killer = kill && setTimeout(() => child.kill(kill.signal), kill.afterMs);
  const hang = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(killer);
      clearTimeout(hang);
      resolve({ code, signal, stderr, ms: performance.now() - started });
    }),
  );
}

/** Another seed makes every stage anew. */
function writeProject(folder: string, seed: number): void {
  const project = {
    seed,
    dataset: { source: 'sine', samples: 300 },
    training: { epochs: 150, learningRate: 0.01 },
    quantization: { samples: 50 },
  };
  writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(project));
}

function isReadable(path: string, read: (bytes: Uint8Array) => unknown): boolean {
  if (!existsSync(path)) return true;
  try {
    read(readFileSync(path));
    return true;
  } catch {
    return false;
  }
}

/** Firmware whose record does not know a file that lies there. */
function strangersIn(folder: string): readonly string[] {
  const record = join(folder, 'tinyml-export.json');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'tinyml-export.json');
  if (!existsSync(record)) return names;
  const { files } = JSON.parse(readFileSync(record, 'utf8')) as { files: Record<string, string | string[]> };
  return names.filter((name) => ![files[name]].flat().includes(sha256(readFileSync(join(folder, name)))));
}

/** What is there, but not whole. */
function halfWritten(folder: string): readonly string[] {
  const store = diskStore(join(folder, 'artifacts'));
  const damaged = STAGE_NAMES.filter((stage) => {
    try {
      const artifact = store.latest(stage);
      return artifact !== undefined && damageOf(artifact) !== undefined;
    } catch {
      return true;
    }
  });
  const outputs = [
    ...(isReadable(join(folder, 'out/m.tflite'), readTflite) ? [] : ['out/m.tflite']),
    ...(isReadable(join(folder, 'out/y.npy'), readNpy) ? [] : ['out/y.npy']),
  ];
  return [...damaged, ...outputs, ...strangersIn(join(folder, 'fw'))];
}

/** Temporaries, and the progress of a training that is done. */
function leftIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  // One that Ctrl-C stopped goes on from it.
  const stopped = diskStore(join(folder, 'artifacts')).latest('train')?.manifest.interrupted === true;
  return names.filter((name) => name.includes('.tinyml-tmp-') || (name.endsWith('progress') && !stopped));
}

interface Tally {
  readonly refused: string[];
  readonly half: string[];
  readonly left: string[];
  readonly badExits: string[];
  /** Where the signal came before the command was done. */
  inTime: number;
  done: number;
}

/** How long every command takes when nobody disturbs it. */
async function durations(folder: string): Promise<readonly number[]> {
  const times: number[] = [];
  for (const [index, argv] of COMMANDS.entries()) {
    writeProject(folder, index + 1);
    const { code, stderr, ms } = await tinyml(folder, argv);
    if (code !== 0) throw new Error(`tinyml ${argv.join(' ')} ended with ${code}: ${stderr}`);
    times.push(ms);
  }
  return times;
}

async function killOnce(
  folder: string,
  kill: number,
  times: readonly number[],
  random: Random,
  tally: Tally,
): Promise<void> {
  const command = random.below(COMMANDS.length);
  const signal = SIGNALS[random.below(SIGNALS.length)];
  const afterMs = random.uniform() * times[command];
  const changes = random.uniform() < 0.5;
  const argv = COMMANDS[command];
  const name = `${kill}: ${argv[0]}, ${signal} after ${Math.round(afterMs)} ms`;
  writeProject(folder, 1000 + 2 * kill);
  const killed = await tinyml(folder, argv, { signal, afterMs });
  if (killed.code !== 0) tally.inTime++;
  const expected = killed.signal === signal || [0, 130, 143].includes(killed.code ?? -1);
  if (!expected) tally.badExits.push(`${name}: ${killed.code} ${killed.signal} ${killed.stderr}`);
  for (const what of halfWritten(folder)) tally.half.push(`${name}: ${what}`);
  if (changes) writeProject(folder, 1001 + 2 * kill);
  const next = await tinyml(folder, argv);
  if (next.code !== 0) tally.refused.push(`${name}: ${next.code} ${next.signal} ${next.stderr}`);
  tally.done++;
  if (tally.done % 50 === 0) process.stderr.write(`        ${tally.done} of ${KILLS} kills\n`);
  for (const what of leftIn(folder)) tally.left.push(`${name}: ${what}`);
}

async function worker(number: number, tally: Tally): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-kills-'));
  const random = createRandom(SEED, `kills ${number}`);
  try {
    const x = Float32Array.from({ length: RECORDS }, () => 15 * random.uniform());
    writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [RECORDS, 1], x));
    writeProject(folder, 1);
    await tinyml(folder, ['convert', '-o', 'first.tflite']);
    const times = await durations(folder);
    for (let kill = number; kill < KILLS; kill += WORKERS) await killOnce(folder, kill, times, random, tally);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killed(): Promise<Row[]> {
  const tally: Tally = { refused: [], half: [], left: [], badExits: [], inTime: 0, done: 0 };
  await Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number, tally)));
  const row = (name: string, found: readonly string[], how: string): Row => ({
    name: `${KILLS} kills, ${name}`,
    value: found.length,
    unit: '',
    target: atMost(0),
    how: found.length === 0 ? how : found.slice(0, 3).join('; '),
  });
  const when = `seed ${SEED}; ${tally.inTime} came before the command was done`;
  return [
    row(
      'next commands refused',
      tally.refused,
      `the same command, half of them with another seed, without --force; ${when}`,
    ),
    row(
      'half-written files',
      tally.half,
      'artifacts against their digests, models and arrays read, firmware against its record',
    ),
    row(
      'temporaries left after the next command',
      tally.left,
      'temporary names, and progress of trainings that are done',
    ),
    row(
      'ended otherwise than by the signal, or with 0, 130 or 143',
      tally.badExits,
      'exit codes of what was killed',
    ),
  ];
}

export const kills: Section = { killed };
