/** Thousands of damaged model files: every one must be read or refused with a sentence, soon. */

import { TinymlError } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/random.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { fixture, MUTATED_FORMATS, mutated } from '../formats/mutants.ts';
import { atMost, type Row, type Section } from './row.ts';

const MUTANTS = 5000;
const LONGEST_MS = 6500;

async function damagedFiles(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, read } of MUTATED_FORMATS) {
    const original = fixture(name);
    const random = createRandom(23, `benchmark ${name}`);
    let surprises = 0;
    let slowest = 0;
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const started = performance.now();
      try {
        importKeras(await read(mutated(original, name, random)));
      } catch (error) {
        const refused = error instanceof TinymlError && ['input', 'unsupported'].includes(error.kind);
        if (!refused) surprises++;
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
    rows.push(
      {
        name: `${MUTANTS} mutants of ${name}, neither read nor refused`,
        value: surprises,
        unit: '',
        target: atMost(0),
        how: 'errors of another kind than bad input or what is not supported',
      },
      {
        name: `${MUTANTS} mutants of ${name}, the slowest`,
        value: slowest,
        unit: 'ms',
        target: atMost(LONGEST_MS),
        how: 'read and imported, or refused',
      },
    );
  }
  return rows;
}

export const mutations: Section = { damaged: damagedFiles };
