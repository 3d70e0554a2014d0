/** What a student makes small: its distance from the labels, from its teacher's answers, and from some of its features. */

import { type Graph, getValue, type ValueId } from '../../../ir/graph.ts';
import type { Objective } from '../../graph/objective.ts';
import type { LossName } from '../../recipe.ts';
import { remainingFeature } from './features.ts';
import { type Head, headOf } from './head.ts';
import { labelLoss } from './label-loss.ts';
import { type SoftLoss, softLoss, squaredDifference } from './soft-loss.ts';
import type { Answers } from './teacher.ts';

/** A layer of the student beside one of its teacher, whose values are the answer of the same place behind the first. */
export interface Feature {
  readonly layer: string;
  /** Of one sample. */
  readonly size: number;
  /** The mean square of what the teacher makes there. */
  readonly scale: number;
  readonly weight: number;
}

export interface Lesson {
  /** What stands in front of the teacher's head, and then its features. */
  readonly answers: Answers;
  readonly teacherHead: Head;
  readonly loss: LossName;
  /** The share of the labels; the teacher has the rest. */
  readonly alpha: number;
  /** Above 1, answers that are nearly 0 are learned too. */
  readonly temperature: number;
  readonly features: readonly Feature[];
  /** Is told of features that another method has taken away or changed. */
  lose(layer: string): void;
}

/** Adds its gradient and gives its value. */
interface Term {
  readonly value: ValueId;
  /** Which of the answers it is compared with; labels where absent. */
  readonly answer?: number;
  readonly loss: SoftLoss;
  readonly weight: number;
}

function featureTerms(graph: Graph, { features, lose }: Lesson): Term[] {
  return features.flatMap(({ layer, size, scale, weight }, index): Term[] => {
    const value = remainingFeature(graph, layer, size);
    if (value !== undefined) return [{ value, answer: index + 1, loss: squaredDifference(scale), weight }];
    lose(layer);
    return [];
  });
}

function termsOf(graph: Graph, lesson: Lesson): Term[] {
  const head = headOf(graph);
  const { value } = head;
  const width = getValue(graph, graph.outputs[0]).type.shape.at(-1) ?? 1;
  const { alpha, temperature, teacherHead } = lesson;
  const terms = [
    { value, loss: labelLoss(head, lesson.loss, width), weight: alpha },
    { value, answer: 0, loss: softLoss(head, teacherHead, temperature), weight: 1 - alpha },
  ];
  return [...terms.filter(({ weight }) => weight > 0), ...featureTerms(graph, lesson)];
}

/** Of a graph that ends as the teacher does. */
export function distilledObjective(graph: Graph, lesson: Lesson): Objective {
  const terms = termsOf(graph, lesson);
  const observes = [...new Set(terms.map(({ value }) => value))];
  const places = terms.map(({ value }) => observes.indexOf(value));
  return {
    observes,
    measure({ rows, inputs, targets, values }) {
      const answers = lesson.answers.of(inputs, rows);
      for (const { gradient } of values) gradient.fill(0);
      let sum = 0;
      for (const [index, { loss, weight, answer }] of terms.entries()) {
        const { data, gradient } = values[places[index]];
        sum += weight * loss(data, answer === undefined ? targets : answers[answer], weight, gradient);
      }
      return sum;
    },
  };
}
