import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { processorMs } from '../../processor-time.ts';
import { mutated } from '../mutants.ts';
import { EVERYTHING } from './everything.ts';
import { graphBytes } from './graph-file.ts';
import { graphModelFiles } from './graph-model-file.ts';
import { loadFrom, savedModelFiles } from './saved-model-file.ts';
import { FROZEN_NODES, SAVED_MODEL } from './test-network.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** Of one mutant, on a machine that does much besides. */
const MOST_MS = 3000;

interface Target {
  readonly name: string;
  readonly count: number;
  /** The file that is read. */
  readonly main: string;
  mutant(random: Random): Files;
}

function damagedFile(files: Files, name: string, random: Random): Files {
  return new Map(files).set(name, mutated(files.get(name) as Uint8Array, name, random));
}

const FROZEN: Files = new Map([['graph.pb', graphBytes(EVERYTHING.nodes, EVERYTHING.functions)]]);
const GRAPH_MODEL = graphModelFiles(FROZEN_NODES);

const TARGETS: readonly Target[] = [
  {
    name: 'frozen graphs',
    count: 700,
    main: 'graph.pb',
    mutant: (random) => damagedFile(FROZEN, 'graph.pb', random),
  },
  ...(['restoring', 'objects'] as const).map((keysBy) => ({
    name: `SavedModels whose variables are found by ${keysBy}`,
    count: 500,
    main: 'saved_model.pb',
    mutant: (random: Random) => damagedFile(savedModelFiles(SAVED_MODEL, keysBy), 'saved_model.pb', random),
  })),
  {
    name: 'checkpoints',
    count: 200,
    main: 'saved_model.pb',
    mutant: (random) => {
      const file = ['variables/variables.index', 'variables/variables.data-00000-of-00001'][random.below(2)];
      return damagedFile(savedModelFiles(SAVED_MODEL, 'objects'), file, random);
    },
  },
  {
    name: 'checkpoints whose checksums are right',
    count: 600,
    main: 'saved_model.pb',
    mutant: (random) => {
      const damage = (block: Uint8Array): Uint8Array => mutated(block, 'block', random);
      return savedModelFiles(SAVED_MODEL, 'objects', { damage });
    },
  },
  {
    name: 'objects whose checksums are right',
    count: 300,
    main: 'saved_model.pb',
    mutant: (random) =>
      savedModelFiles(SAVED_MODEL, 'objects', { damageText: (text) => mutated(text, 'objects', random) }),
  },
  {
    name: 'graph models of TensorFlow.js',
    count: 700,
    main: 'model.json',
    mutant: (random) =>
      damagedFile(GRAPH_MODEL, random.below(8) === 0 ? 'weights.bin' : 'model.json', random),
  },
];

describe.each(TARGETS)('$name', ({ name, count, main, mutant }) => {
  it('mutants are read or refused, with a sentence, soon', async () => {
    const random = createRandom(23, main);
    let refused = 0;
    for (let index = 0; index < count; index++) {
      const files = mutant(random);
      const start = processorMs();
      try {
        await readModel(files.get(main) ?? new Uint8Array(0), { loadShard: loadFrom(files) });
      } catch (error) {
        expect(error, `mutant ${index}: ${(error as Error).stack}`).toBeInstanceOf(TinymlError);
        const { kind, message } = error as TinymlError;
        expect(['input', 'unsupported'], `mutant ${index}: ${message}`).toContain(kind);
        expect(message.length).toBeLessThan(1000);
        refused++;
      }
      expect(processorMs() - start, `mutant ${index}`).toBeLessThan(MOST_MS);
    }
    expect(refused).toBeGreaterThan(count / 4);
    // Every byte of the objects is a name or a place.
    if (!name.startsWith('objects')) expect(refused).toBeLessThan(count);
  });
});
