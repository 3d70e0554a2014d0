/** Distillation: a model learns what its teacher answers, which says more of a sample than its label does. */

import * as z from 'zod';
import { drawnOf } from '../../core/orders/shuffled-order.ts';
import { createRandom } from '../../core/random.ts';
import { elementCount } from '../../core/tensor.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import type { SampleRows } from '../samples/sample-rows.ts';
import { checkTeacher } from './distill/check-teacher.ts';
import { distilledObjective, type Feature, type Lesson } from './distill/distilled-objective.ts';
import { teachersFeatures, valuesOf } from './distill/features.ts';
import { headOf } from './distill/head.ts';
import { createAnswers } from './distill/teacher.ts';
import type { Compressed, Method, Workshop } from './method.ts';
import { tune, tuningFields } from './tune.ts';

/** The model as it is where this stands in the list. */
const SELF = 'self';
const DEFAULT_TEMPERATURE = 4;
/** How many training samples tell how large a feature is. */
const SCALE_SAMPLES = 64;

const layerName = z.string().min(1).max(1024);

const schema = z.strictObject({
  method: z.literal('distill').describe('The model learns what its teacher answers.'),
  teacher: z
    .string()
    .min(1)
    .max(4096)
    .describe(
      `A larger model: a file of Keras, TensorFlow.js or .tflite. Or "${SELF}", the model as it is at this place, for what the methods behind it make of it.`,
    ),
  temperature: z
    .number()
    .gt(0)
    .max(100)
    .default(DEFAULT_TEMPERATURE)
    .describe('Of classes: what logits are divided by; the higher, the more unlikely classes count.'),
  alpha: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe('The share of the labels in what is learned; the answers of the teacher have the rest.'),
  features: z
    .array(
      z.strictObject({
        student: layerName.describe('The name of a layer of the model.'),
        teacher: layerName.describe('The name of a layer of its teacher, of the same shape.'),
        weight: z.number().gt(0).max(1e6).default(1).describe('How much it counts beside the answers.'),
      }),
    )
    .max(64)
    .default([])
    .describe('Layers that are to make what layers of the teacher make.'),
  epochs: z
    .int()
    .min(0)
    .max(100_000)
    .optional()
    .describe(
      `How often training with the teacher goes through all samples; as often as the training before it where absent. 0, the default with "${SELF}", leaves the teacher to the methods behind.`,
    ),
  learningRate: tuningFields.learningRate.describe("Of that training; the project's where absent."),
});

type Options = z.output<typeof schema>;

/** The mean square of each of the values that the teacher makes of some samples. */
function scalesOf(teacher: Graph, values: readonly ValueId[], samples: SampleRows, seed: number): number[] {
  const count = Math.min(SCALE_SAMPLES, samples.count);
  const inputs = new Float32Array(count * elementCount(samples.shape));
  samples.gather(drawnOf(createRandom(seed, 'distill'), samples.count, count), 0, count, inputs);
  const answers = createAnswers(teacher, values).of(inputs, count);
  return answers.map((made) => made.reduce((sum, value) => sum + value ** 2, 0) / made.length);
}

/** Throws usage errors for a teacher and for layers that do not fit the model. */
function lessonOf(model: Graph, teacher: Graph, options: Options, workshop: Workshop): Lesson {
  checkTeacher(model, teacher, options.teacher);
  const { train, validation, augment, seed, report, recipe } = workshop;
  const layers = teachersFeatures(model, teacher, options.features, options.teacher);
  const scales = layers.length === 0 ? [] : scalesOf(teacher, layers, train.x, seed);
  const features = options.features.map(({ student, weight }, index): Feature => {
    const size = valuesOf(teacher, layers[index]);
    // What is nothing but zeros has no size of its own.
    return { layer: student, size, weight, scale: scales[index] > 0 ? scales[index] : 1 };
  });
  const teacherHead = headOf(teacher);
  // Augmented samples never come again. Training for integers validates with the teacher, too.
  const again = augment === undefined ? [train.x, validation.x] : [validation.x];
  const lost = new Set<string>();
  return {
    answers: createAnswers(teacher, [teacherHead.value, ...layers], again),
    ...{ teacherHead, features, loss: recipe.loss, alpha: options.alpha, temperature: options.temperature },
    lose(layer) {
      if (!lost.has(layer)) {
        report.warn(
          `"${layer}" is no layer of the shape of its teacher's any more, and learns from the answers alone`,
        );
      }
      lost.add(layer);
    },
  };
}

/** Small models learn long: as long as before, at the same rate. */
function tuningOf({ teacher, epochs, learningRate }: Options, { recipe }: Workshop) {
  return {
    epochs: epochs ?? (teacher === SELF ? 0 : recipe.epochs),
    learningRate: learningRate ?? recipe.learningRate,
  };
}

export const distillMethod: Method<Options> & { readonly schema: typeof schema } = {
  schema,
  readsFiles: ({ teacher }) => (teacher === SELF ? [] : [teacher]),
  async run(model, options, workshop) {
    const isSelf = options.teacher === SELF;
    const teacher = isSelf ? model.graph : await workshop.readModel(options.teacher);
    const lesson = lessonOf(model.graph, teacher, options, workshop);
    const taught: Compressed = { ...model, objective: (graph) => distilledObjective(graph, lesson) };
    const tuning = tuningOf(options, workshop);
    return tuning.epochs === 0 ? taught : tune(taught, workshop, { ...tuning, mayStay: true });
  },
};
