/** Finds a layer's weights by name, whatever scopes stand around them. */

import { inputError } from '../../core/errors.ts';
import type { NamedWeight } from '../../core/float-model.ts';
import { elementCount, formatShape, nonFiniteAt, type Shape, sameShape } from '../../core/tensor.ts';
import type { FindWeight } from './layer.ts';

type Indexed = ReadonlyMap<string, readonly NamedWeight[]>;

/** Weights by the last part of their name: `kernel`, `bias`. */
function byLastPart(weights: readonly NamedWeight[]): Indexed {
  const index = new Map<string, NamedWeight[]>();
  for (const weight of weights) {
    const name = weight.name.replace(/:0$/, '');
    const last = name.slice(name.lastIndexOf('/') + 1);
    const list = index.get(last) ?? [];
    list.push({ ...weight, name });
    index.set(last, list);
  }
  return index;
}

/** The layers inside Bidirectional are called after it, with their own name behind. */
export const DIRECTIONS = ['forward', 'backward'] as const;

function isOfDirection(name: readonly string[], path: readonly string[]): boolean {
  const [wrapper, direction] = path.slice(-2);
  if (!(DIRECTIONS as readonly string[]).includes(direction)) return false;
  return name.some((part, index) => part === wrapper && name[index + 1].startsWith(`${direction}_`));
}

/**
 * From the exact name to names that only the layer's own matches. TensorFlow.js' files leave out the models around a
 * layer; TensorFlow's may carry scopes around or inside it.
 */
function candidates(index: Indexed, path: readonly string[], weightName: string): readonly NamedWeight[] {
  const named = index.get(weightName) ?? [];
  const [outermost] = path;
  const wanted = `${path.at(-1)}/${weightName}`;
  const rules: readonly ((name: string) => boolean)[] = [
    (name) => name === [...path, weightName].join('/'),
    (name) => name.startsWith(`${outermost}/`) && name.endsWith(`/${wanted}`),
    (name) => name === wanted || name.endsWith(`/${wanted}`),
    (name) => path.length === 1 && name.startsWith(`${outermost}/`),
    // Cells of recurrent layers have scopes of their own inside the layer's.
    (name) => name.split('/').includes(path.at(-1) as string),
    (name) => isOfDirection(name.split('/'), path),
  ];
  for (const rule of rules) {
    const found = named.filter(({ name }) => rule(name));
    if (found.length > 0) return found;
  }
  return [];
}

function checkWeight(weight: NamedWeight, wanted: string, shape: Shape): void {
  if (!sameShape(weight.shape, shape) || weight.data.length !== elementCount(shape)) {
    throw inputError(
      'weight-shape',
      `its weight "${wanted}" has shape ${formatShape(weight.shape)} instead of ${formatShape(shape)}.`,
      'The weights belong to another version of the model; save both together.',
    );
  }
  const wrong = nonFiniteAt(weight.data);
  if (wrong >= 0) {
    throw inputError(
      'weight-not-finite',
      `its weight "${wanted}" is not finite (${weight.data[wrong]} at index ${wrong}): its training diverged.`,
      'Train the model again, with a smaller learning rate or inputs of smaller range.',
    );
  }
}

/** `path` leads from the outermost model's layer to the layer itself. */
export function weightFinder(weights: readonly NamedWeight[]): (path: readonly string[]) => FindWeight {
  const index = byLastPart(weights);
  return (path) => (name, shape, otherName) => {
    const first = candidates(index, path, name);
    const found = first.length === 0 && otherName !== undefined ? candidates(index, path, otherName) : first;
    const wanted = `${path.at(-1)}/${name}`;
    if (found.length !== 1) {
      throw inputError(
        'missing-weight',
        `its weight "${wanted}" is ${found.length === 0 ? 'missing' : `there ${found.length} times`}.`,
        'Save the model again, with its weights.',
      );
    }
    checkWeight(found[0], wanted, shape);
    return found[0];
  };
}
