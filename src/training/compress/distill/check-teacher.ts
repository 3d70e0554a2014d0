/** Refuses teachers that cannot teach a model: their questions or their answers are of another kind. */

import { type TinymlError, usageError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { type Graph, getValue } from '../../../ir/graph.ts';
import { type Head, headOf } from './head.ts';

const ENDS: Readonly<Record<Head['kind'], string>> = {
  softmax: 'probabilities of classes (softmax)',
  logistic: 'a probability for each output (sigmoid)',
  numbers: 'numbers',
};

function shapeOfInput(graph: Graph): Shape {
  return getValue(graph, graph.inputs[0]).type.shape.slice(1);
}

/** Whether samples of both shapes are the same numbers in the same order: one is flat, or axes of 1 are all that differs. */
function areSameSamples(a: Shape, b: Shape): boolean {
  const [own, other] = [a, b].map((shape) => shape.filter((length) => length !== 1));
  if (elementCount(own) !== elementCount(other)) return false;
  return own.length <= 1 || other.length <= 1 || own.every((length, axis) => length === other[axis]);
}

function sizeOf({ kind, outputs, classes }: Head): string {
  if (kind === 'softmax')
    return `${outputs === classes ? '' : `${outputs / classes} times `}${classes} classes`;
  return counted(outputs, 'output');
}

function refusal(code: string, message: string, hint: string): TinymlError {
  return usageError(code, message, hint);
}

/** `name` is how the options call the teacher. */
export function checkTeacher(model: Graph, teacher: Graph, name: string): void {
  if (teacher.inputs.length !== 1 || teacher.outputs.length !== 1) {
    throw refusal(
      'teacher-ends',
      `The teacher "${name}" has ${counted(teacher.inputs.length, 'input')} and ${counted(teacher.outputs.length, 'output')}, and one of each can teach`,
      'Give a model with one input and one output.',
    );
  }
  const [asked, known] = [shapeOfInput(teacher), shapeOfInput(model)];
  if (!areSameSamples(asked, known)) {
    throw refusal(
      'teacher-input',
      `The teacher "${name}" takes samples of shape ${formatShape(asked)}, and the model those of ${formatShape(known)}`,
      'Both see the same samples: take a teacher that was made for them.',
    );
  }
  const [theirs, own] = [headOf(teacher), headOf(model)];
  const isLogits = theirs.kind === 'numbers';
  if (theirs.kind !== own.kind && !isLogits) {
    throw refusal(
      'teacher-kind',
      `The teacher "${name}" gives ${ENDS[theirs.kind]}, and the model ${ENDS[own.kind]}`,
      'Give both the same last activation.',
    );
  }
  const isOther = theirs.outputs !== own.outputs || (!isLogits && theirs.classes !== own.classes);
  if (!isOther) return;
  throw refusal(
    'teacher-outputs',
    `The teacher "${name}" has ${sizeOf({ ...theirs, kind: own.kind })}, and the model ${sizeOf(own)}`,
    'Both answer the same question: take a teacher that was trained for it.',
  );
}
