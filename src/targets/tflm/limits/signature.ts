/** Which types an operator takes, as tables read best: `int8 int8|int4 int32? -> int8`. */

import { counted } from '../../../core/figure-text.ts';
import type { OperatorView, OutlineTensor } from '../../../ir/outline.ts';

/** One operand, or one output. */
interface Place {
  /** Empty where there must be none. */
  readonly dtypes: ReadonlySet<string>;
  readonly optional: boolean;
  /** Any number of them, one at least; the last place only. */
  readonly repeated: boolean;
}

/** Types of operands, in the order of the file, and of outputs that go together. */
export interface Signature {
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

/** The types to which TensorFlow Lite Micro gives a size, and one element its own bytes: what copies bytes takes them all. */
export const SIZED_TYPES =
  'float32 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool float16 bfloat16 float64 complex64 complex128';

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function readPlace(text: string): Place {
  const repeated = text.endsWith('...');
  const optional = text.endsWith('?');
  const dtypes = text.replace(/\?$|\.\.\.$/, '');
  return { dtypes: new Set(dtypes === '-' ? [] : dtypes.split('|')), optional, repeated };
}

/**
 * Signatures in the notation `operands -> outputs`: `|` between types of which any will do, `?` after those of an operand
 * that may be left out, `...` after those of the last place where any number of tensors may stand, `-` for an operand that
 * must be left out.
 */
export function types(...notations: readonly string[]): readonly Signature[] {
  return notations.map((notation) => {
    const [inputs, outputs] = notation.split('->').map((side) => words(side).map(readPlace));
    return { inputs, outputs };
  });
}

/** The same signature for each of several types, which `T` stands for. */
export function each(dtypes: string, notation: string): readonly Signature[] {
  return types(...words(dtypes).map((dtype) => notation.replaceAll(/\bT\b/g, dtype)));
}

function takes(place: Place, tensor: OutlineTensor | undefined): boolean {
  if (tensor === undefined) return place.optional || place.dtypes.size === 0;
  return place.dtypes.has(tensor.dtype);
}

function fits(places: readonly Place[], tensors: readonly (OutlineTensor | undefined)[]): boolean {
  const last = places.at(-1);
  if (last?.repeated === true) {
    return (
      tensors.length >= places.length && tensors.every((tensor, at) => takes(places[at] ?? last, tensor))
    );
  }
  return tensors.length <= places.length && places.every((place, at) => takes(place, tensors[at]));
}

/** Whether the operator's tensors are those of one of the signatures. */
export function hasTypes(signatures: readonly Signature[], { inputs, outputs }: OperatorView): boolean {
  return signatures.some((signature) => fits(signature.inputs, inputs) && fits(signature.outputs, outputs));
}

/** `int8` where all are of one type, else `int8, int4 and int32`. */
function listed(tensors: readonly (OutlineTensor | undefined)[]): string {
  const names = tensors.map((tensor) => tensor?.dtype ?? 'nothing');
  const distinct = new Set(names).size === 1 ? names.slice(0, 1) : names;
  if (distinct.length < 2) return distinct[0] ?? 'nothing';
  return `${distinct.slice(0, -1).join(', ')} and ${distinct.at(-1)}`;
}

function countFits(places: readonly Place[], count: number): boolean {
  if (places.at(-1)?.repeated === true) return count >= places.length;
  return count <= places.length && places.slice(count).every(({ optional }) => optional);
}

/** What the operator has that no signature has: `Its SOFTMAX does not take uint8.` */
export function typesSentence(
  signatures: readonly Signature[],
  { operator, inputs, outputs }: OperatorView,
): string {
  const counts = ({ inputs: places, outputs: results }: Signature): boolean =>
    countFits(places, inputs.length) && countFits(results, outputs.length);
  if (!signatures.some(counts)) {
    return `Its ${operator.name} does not take ${counted(inputs.length, 'operand')} for ${counted(outputs.length, 'output')}.`;
  }
  const [taken, made] = [listed(inputs), listed(outputs)];
  return `Its ${operator.name} does not take ${taken}${taken === made ? '' : ` for ${made}`}.`;
}
