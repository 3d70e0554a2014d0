/** `npm run bench`: what things cost, each row a ratio or a time taken in one run, medians of interleaved rounds. */

import { spawnSync } from 'node:child_process';
import { arch, cpus, platform } from 'node:os';
import { resolve } from 'node:path';
import { formatTable } from '../../src/cli/table.ts';
import { sineSamples } from '../../src/data/sine.ts';
import { defaultProject } from '../../src/stages/config.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import { toTopology } from '../../src/training/model-spec.ts';
import type { TrainingJob } from '../../src/training/trainer.ts';
import { BACKENDS, createTrainer } from '../../src/training/trainers.ts';

interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the project promises, where it does. */
  readonly target?: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** npm runs scripts in the package's folder. */
const BIN = resolve('dist/bin.js');

function secondsOf(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}; run "npm run build" first`);
  return (performance.now() - started) / 1000;
}

function startUp(): Row[] {
  const version: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round < 15; round++) {
    nothing.push(secondsOf(['-e', '0']));
    version.push(secondsOf([BIN, '--version']));
  }
  return [
    { name: 'node -e 0', value: median(nothing) * 1000, unit: 'ms' },
    { name: 'tinyml --version', value: median(version) * 1000, unit: 'ms' },
    {
      name: 'tinyml --version against node -e 0',
      value: median(version) / median(nothing),
      unit: '×',
      target: 2,
    },
  ];
}

/** The default project's network on 3000 samples, with its validation. */
function sineJob(epochs: number): TrainingJob {
  const { model, training } = defaultProject;
  const topology = toTopology(model, [1]);
  const part = (seed: number, count: number) => {
    const { x, y } = sineSamples({ samples: count, noise: 0.5, low: 0, high: 15 }, seed);
    return { x: { shape: [count, 1], data: x }, y: { shape: [count, 1], data: y } };
  };
  return {
    topology,
    initialWeights: createInitialWeights(topology, 1),
    recipe: { ...training, epochs },
    seed: 1,
    train: part(1, 3000),
    validation: part(2, 1000),
  };
}

async function secondsPerEpoch(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const backend of BACKENDS) {
    try {
      const { trainer } = await createTrainer({ backend });
      const times: number[] = [];
      let last = performance.now();
      const onEpoch = (): void => {
        const now = performance.now();
        times.push((now - last) / 1000);
        last = now;
      };
      await trainer.train(sineJob(12), { signal: new AbortController().signal, onEpoch });
      rows.push({
        name: `sine network, one epoch, tfjs ${backend}`,
        value: median(times.slice(2)),
        unit: 's',
      });
    } catch (error) {
      process.stderr.write(`tfjs ${backend}: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  return rows;
}

const rows = [...startUp(), ...(await secondsPerEpoch())];
const machine = `${cpus()[0].model}, ${cpus().length} cores, ${platform()} ${arch()}, node ${process.version}`;

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ machine, rows })}\n`);
} else {
  const cells = rows.map(({ name, value, unit, target }) => [
    name,
    `${Number(value.toPrecision(3))} ${unit}`,
    target === undefined ? '' : `≤ ${target} ${unit}`,
  ]);
  process.stdout.write(`${machine}\n\n`);
  process.stdout.write(
    `${formatTable([{ title: 'row' }, { title: 'measured', align: 'right' }, { title: 'target', align: 'right' }], cells)}\n`,
  );
}
