/** A student of a quarter of its teacher's width, taught and alone, for as many epochs. */

import { compressModel } from '../../../src/models/compress/compress-model.ts';
import { compressionsSchema } from '../../../src/stages/training-config.ts';
import { atLeast, type Outcome, type Section } from '../row.ts';
import { withShared } from '../shared.ts';
import { ADAMW, type Base, MNIST, ofProject, QUANTIZATION } from './bases.ts';
import { firstStep, lastStep, type Methods, SEEDS, spreadOf, testFigure } from './by-seeds.ts';

const EPOCHS = 60;
/** Of the first training; the other epochs are those with the teacher. */
const FIRST_EPOCHS = 1;

function network(name: string, units: readonly number[], epochs: number): Base {
  return ofProject(name, {
    dataset: MNIST,
    model: { architecture: 'mlp', units: [...units] },
    training: { ...ADAMW, epochs, batchSize: 32 },
    quantization: QUANTIZATION,
  });
}

const TEACHER = network('mnist-mlp-128', [128, 128], EPOCHS);
const ALONE = network('mnist-mlp-32', [32, 32], EPOCHS);
const STUDENT = network('mnist-mlp-32-begun', [32, 32], FIRST_EPOCHS);

const METHODS: Methods = [
  { method: 'distill', teacher: 'the network of 128 and 128 units', epochs: EPOCHS - FIRST_EPOCHS },
];

async function figures(base: Base, seed: number, methods: Methods, teacher?: Base) {
  const { job, close } = await base(seed, compressionsSchema.parse(methods));
  const taught = await teacher?.(1, []);
  try {
    const readModel = async () => taught?.job.graph ?? job.graph;
    const result = await compressModel({ ...job, workshop: { ...job.workshop, readModel } }, {});
    return { before: firstStep(result), after: lastStep(result) };
  } finally {
    close();
    taught?.close();
  }
}

async function rows(): Promise<Outcome[]> {
  const teacher = await figures(TEACHER, 1, []);
  const gains: number[] = [];
  const [alone, taught, floats]: [number[], number[], number[]] = [[], [], []];
  for (const seed of SEEDS) {
    const own = (await figures(ALONE, seed, [])).after;
    const { after } = await figures(STUDENT, seed, METHODS, TEACHER);
    alone.push(testFigure(own));
    taught.push(testFigure(after));
    gains.push(testFigure(after) - testFigure(own));
    floats.push(testFigure(after, 'float') - testFigure(own, 'float'));
  }
  return [
    {
      name: 'mnist mlp 32-32 taught by 128-128: points above itself alone, int8',
      value: spreadOf(gains).median,
      unit: 'points',
      target: atLeast(0.5),
      how: `${EPOCHS} epochs each; seeds 1–5: taught ${spreadOf(taught).all}; alone ${spreadOf(alone).all}; float gains ${spreadOf(floats).all}; teacher ${testFigure(teacher.after).toFixed(2)}`,
    },
  ];
}

export const distillRows: Section = { distill: withShared('distillation', rows) };
