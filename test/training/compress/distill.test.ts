import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { distillMethod } from '../../../src/training/compress/distill.ts';
import { compressionSchema } from '../../../src/training/compress/index.ts';
import type { Compressed, Workshop } from '../../../src/training/compress/method.ts';
import type { ObservedBatch } from '../../../src/training/graph/objective.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory, type SampleRows } from '../../../src/training/samples/sample-rows.ts';
import { graphOf } from '../../passes/run-pass.ts';
import { allRows } from '../all-rows.ts';
import { classRows, drawnRows, workshopFor } from './workshop.ts';

const CLASSES = 3;

const classifier = (hidden: number) =>
  graphOf((b) => {
    const logits = b.dense('logits', b.dense('hidden', b.in('x', 1, 6), hidden, 'relu'), CLASSES);
    return [b.add('softmax', 'p', { beta: 1 }, [logits])];
  });

const regression = (hidden: number) =>
  graphOf((b) => [b.dense('out', b.dense('hidden', b.in('x', 1, 6), hidden, 'relu'), 2)]);

const TEACHER = classifier(12);
const x = drawnRows([6], 60);

const classes = (rest: Partial<Workshop> = {}): Workshop =>
  workshopFor(
    { x, y: classRows(CLASSES, 60) },
    {
      recipe: recipeSchema.parse({
        loss: 'categoricalCrossentropy',
        metrics: ['accuracy'],
        optimizer: 'adam',
        learningRate: 0.03,
        epochs: 30,
      }),
      readModel: async () => TEACHER,
      ...rest,
    },
  );

function distil(graph: Graph, options: object, workshop: Workshop): Promise<Compressed> {
  const parsed = distillMethod.schema.parse({ method: 'distill', teacher: 'big.h5', ...options });
  return distillMethod.run({ graph, keeps: new Map() }, parsed, workshop);
}

function outputsOf(graph: Graph): number[][] {
  const interpreter = createInterpreter(graph);
  const all = allRows(x);
  return Array.from({ length: x.count }, (_, row) => [
    ...(interpreter.invoke([all.slice(row * 6, (row + 1) * 6)])[0] as Float32Array),
  ]);
}

function distance(a: Graph, b: Graph): number {
  const [made, wanted] = [outputsOf(a), outputsOf(b)];
  return made
    .flatMap((row, i) => row.map((value, j) => (value - wanted[i][j]) ** 2))
    .reduce((sum, d) => sum + d, 0);
}

/** A batch in front of the objective, with values of our own. */
function batchFor(values: readonly Float32Array[], targets: Float32Array): ObservedBatch {
  const rows = 2;
  return {
    rows,
    inputs: allRows(x).subarray(0, rows * 6),
    targets,
    values: values.map((data) => ({ data, gradient: new Float32Array(data.length) })),
  };
}

describe('distillMethod', () => {
  it('brings a student nearer to its teacher than labels do', async () => {
    const student = classifier(8);
    // Labels say nothing here: they go by turns.
    const { graph } = await distil(student, { alpha: 0 }, classes({ validation: teachersSamples() }));
    expect(distance(graph, TEACHER)).toBeLessThan(0.3 * distance(student, TEACHER));
  });

  it('teaches numbers', async () => {
    const teacher = regression(12);
    const workshop = workshopFor(
      { x, y: answersOf(teacher) },
      {
        recipe: recipeSchema.parse({ metrics: [], optimizer: 'adam', learningRate: 0.03, epochs: 30 }),
        readModel: async () => teacher,
      },
    );
    const { graph } = await distil(regression(8), {}, workshop);
    expect(distance(graph, teacher)).toBeLessThan(0.3 * distance(regression(8), teacher));
  });

  it('trains as long as the recipe, and gives the same bytes again', async () => {
    const epochs: number[] = [];
    const report = {
      step() {},
      progress: (_: number, total: number) => void epochs.push(total),
      info() {},
      warn() {},
    };
    const once = await distil(classifier(4), {}, classes({ report }));
    expect(epochs).toEqual(new Array(30).fill(30));
    const again = await distil(classifier(4), {}, classes());
    expect(again.graph).toEqual(once.graph);
  });

  it('with itself as the teacher trains nothing, and hands its objective on', async () => {
    const student = classifier(4);
    const taught = await distil(student, { teacher: 'self' }, classes());
    expect(taught.graph).toBe(student);
    const objective = taught.objective?.(student);
    expect(objective?.observes).toEqual([student.nodes[1].outputs[0]]);
    const own = logitsOf(student);
    const batch = batchFor([own], Float32Array.of(1, 0, 0, 0, 1, 0));
    const loss = objective?.measure(batch) as number;
    // Only labels are left, of which a tenth counts.
    const probabilities = outputsOf(student).slice(0, 2);
    const crossEntropy = -(Math.log(probabilities[0][0]) + Math.log(probabilities[1][1])) / 2;
    expect(loss).toBeCloseTo(0.1 * crossEntropy, 5);
  });

  it('mixes labels and answers by alpha, with the gradient of the mixture', async () => {
    const student = classifier(4);
    for (const alpha of [0, 0.3]) {
      const taught = await distil(student, { alpha, temperature: 2, epochs: 0 }, classes());
      const logits = Float32Array.of(0.5, -1, 2, 0.1, 0.2, -0.3);
      const targets = Float32Array.of(1, 0, 0, 0, 1, 0);
      const objective = taught.objective?.(student);
      const measure = (data: Float32Array): { loss: number; gradient: Float32Array } => {
        const batch = batchFor([data], targets);
        return { loss: objective?.measure(batch) as number, gradient: batch.values[0].gradient };
      };
      const { gradient } = measure(logits);
      for (let i = 0; i < logits.length; i++) {
        const [above, below] = [logits.with(i, logits[i] + 0.01), logits.with(i, logits[i] - 0.01)];
        const slope = (measure(above).loss - measure(below).loss) / (above[i] - below[i]);
        expect(gradient[i]).toBeCloseTo(slope, 3);
      }
    }
  });

  it('has layers do what layers of the teacher do', async () => {
    const student = classifier(12);
    const features = [{ student: 'hidden', teacher: 'hidden', weight: 2 }];
    const taught = await distil(student, { features, epochs: 0 }, classes());
    const objective = taught.objective?.(student);
    const [hidden, logits] = student.nodes.map(({ outputs }) => outputs[0]);
    expect(objective?.observes).toEqual([logits, hidden]);
    const plain = (await distil(student, { epochs: 0 }, classes())).objective?.(student);
    const theirs = valuesAt(TEACHER, 0);
    const own = theirs.map((value) => value + 0.5);
    const z = logitsOf(student);
    const targets = Float32Array.of(1, 0, 0, 0, 1, 0);
    const batch = batchFor([z, own], targets);
    const added = (objective?.measure(batch) as number) - (plain?.measure(batchFor([z], targets)) as number);
    // 2 · 0.25 over the mean square of the feature; here of 60 samples, all that there are.
    const all = valuesAt(TEACHER, 0, 60);
    const scale = all.reduce((sum, value) => sum + value ** 2, 0) / all.length;
    expect(added).toBeCloseTo((2 * 0.25) / scale, 5);
    const { gradient } = batch.values[1];
    for (const slope of gradient) expect(slope).toBeCloseTo((2 * 2 * 0.5) / (own.length * scale), 6);
  });

  it('goes on without a feature that another method took away, and says so once', async () => {
    const warnings: string[] = [];
    const report = { step() {}, progress() {}, info() {}, warn: (text: string) => void warnings.push(text) };
    const features = [{ student: 'hidden', teacher: 'hidden' }];
    const taught = await distil(classifier(12), { features, epochs: 0 }, classes({ report }));
    const smaller = classifier(5);
    for (let time = 0; time < 2; time++) {
      expect(taught.objective?.(smaller).observes).toEqual([smaller.nodes[1].outputs[0]]);
    }
    expect(warnings).toEqual([
      '"hidden" is no layer of the shape of its teacher\'s any more, and learns from the answers alone',
    ]);
  });

  it.each([
    [
      { student: 'hiden', teacher: 'hidden' },
      'unknown-layer',
      'The model has no layer "hiden" behind folding and fusing',
    ],
    [
      { student: 'hidden', teacher: 'x' },
      'unknown-layer',
      'The teacher "big.h5" has no layer "x" behind folding and fusing',
    ],
    [
      { student: 'hidden', teacher: 'hidden' },
      'feature-shapes',
      'Layer "hidden" of the model makes [4], and layer "hidden" of its teacher [12]',
    ],
  ])('refuses features that are not there or of other shapes: %o', async (pair, code, message) => {
    const error = await distil(classifier(4), { features: [pair] }, classes()).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ kind: 'usage', code, message });
  });

  it('refuses a teacher of other classes before anything is trained', async () => {
    const other = graphOf((b) => [
      b.add('softmax', 'p', { beta: 1 }, [b.dense('logits', b.in('x', 1, 6), 5)]),
    ]);
    const error = await distil(classifier(4), {}, classes({ readModel: async () => other })).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      kind: 'usage',
      code: 'teacher-outputs',
      message: 'The teacher "big.h5" has 5 classes, and the model 3 classes',
    });
  });
});

describe('the schema of distill', () => {
  it('wants a teacher, and numbers that make sense', () => {
    expect(compressionSchema.parse({ method: 'distill', teacher: 'a.h5' })).toEqual({
      method: 'distill',
      teacher: 'a.h5',
      temperature: 4,
      alpha: 0.1,
      features: [],
    });
    for (const wrong of [
      {},
      { teacher: '' },
      { teacher: 'a', temperature: 0 },
      { teacher: 'a', alpha: 1 },
      { teacher: 'a', alpha: -0.1 },
      { teacher: 'a', epochs: -1 },
      { teacher: 'a', features: [{ student: 'b' }] },
      { teacher: 'a', t: 4 },
    ]) {
      expect(compressionSchema.safeParse({ method: 'distill', ...wrong }).success).toBe(false);
    }
  });
});

function answersOf(graph: Graph): SampleRows {
  const rows = outputsOf(graph);
  return rowsInMemory({ data: Float32Array.from(rows.flat()), shape: [rows.length, rows[0].length] });
}

/** Labelled by what the teacher says, so that validation chooses what is like it. */
function teachersSamples(): Workshop['validation'] {
  return { x, y: answersOf(TEACHER) };
}

/** What a node makes of the first samples. */
function valuesAt(graph: Graph, node: number, rows = 2): Float32Array {
  const [id] = graph.nodes[node].outputs;
  expect(getValue(graph, id).data).toBeUndefined();
  const interpreter = createInterpreter(graph);
  const all = allRows(x);
  const made: number[] = [];
  for (let row = 0; row < rows; row++) {
    interpreter.invoke([all.slice(row * 6, (row + 1) * 6)], (value, data) => {
      if (value === id) made.push(...(data as Float32Array));
    });
  }
  return Float32Array.from(made);
}

function logitsOf(graph: Graph): Float32Array {
  return valuesAt(graph, 1);
}
