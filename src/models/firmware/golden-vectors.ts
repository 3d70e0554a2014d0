/** Inputs for a self-test on the chip, and the outputs that tinyml's interpreter gives for them. */

import { attempt, unsupportedError } from '../../core/errors.ts';
import { createRandom, type Random } from '../../core/random.ts';
import {
  allocate,
  elementCount,
  type IntegerLimits,
  isSteppedDType,
  QUANTIZED_LIMITS,
  STEPPED_LIMITS,
  stepsOf,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type FloatArray, recordAt } from '../../data/records/float-array.ts';
import { tensorLimit } from '../../formats/allowance.ts';
import { createInterpreter, type Interpreter } from '../../interpreter/interpreter.ts';
import type { Graph } from '../../ir/graph.ts';
import type { GoldenVector } from '../../targets/firmware/firmware.ts';
import { recordQuantizer } from '../run/record-inputs.ts';

const DEFAULT_VECTORS = 8;
/** Without a wish, large models get fewer vectors: they lie in flash beside the model. */
const DEFAULT_VECTOR_BYTES = 128 * 1024;

function bytesOf(types: readonly TensorType[]): number {
  return types.reduce(
    (sum, { dtype, shape }) => sum + allocate(dtype, 0).BYTES_PER_ELEMENT * elementCount(shape),
    0,
  );
}

/** As many as fit in 128 KiB, at most eight, at least one; `types` are those of what is stored. */
function defaultVectorCount(types: readonly TensorType[]): number {
  const fitting = Math.floor(DEFAULT_VECTOR_BYTES / bytesOf(types));
  return Math.min(DEFAULT_VECTORS, Math.max(1, fitting));
}

/**
 * As many as are `wished`, or by default; `types` are those of what is stored. Throws `vectors-too-large` (unsupported)
 * where they take more than the tensors of a model of `modelBytes` may.
 */
export function vectorCount(
  modelBytes: number,
  types: readonly TensorType[],
  wished: number | undefined,
): number {
  const count = wished ?? defaultVectorCount(types);
  const bytes = count * bytesOf(types);
  const limit = tensorLimit(modelBytes, 'computed');
  if (bytes <= limit) return count;
  throw unsupportedError(
    'vectors-too-large',
    `${count === 1 ? 'The vector' : `The ${count} vectors`} of the self-test would take ${bytes} bytes, and at most ${limit} are stored with a model of this size.`,
    count === 1
      ? 'Write the array alone, without --arduino, --tflm or --standalone.'
      : 'Give fewer --vectors.',
  );
}

function vectorOf(interpreter: Interpreter, inputs: readonly TensorData[]): GoldenVector {
  return { inputs, outputs: interpreter.invoke(inputs).map((output) => output.slice()) };
}

/** Records spread evenly over the array, the first one among them; each has the values of all inputs. */
export function vectorsFromRecords(graph: Graph, records: FloatArray, count: number): GoldenVector[] {
  const interpreter = createInterpreter(graph);
  const quantize = recordQuantizer(interpreter.inputs);
  const wanted = Math.min(count, records.shape[0]);
  return Array.from({ length: wanted }, (_, index) => {
    const record = recordAt(records, Math.floor((index * records.shape[0]) / wanted));
    return vectorOf(
      interpreter,
      quantize(record).map((tensor) => tensor.slice()),
    );
  });
}

/** What an integer of an input may be. One of 32 bits that stands for itself is a count or, below `places`, a place. */
function integerLimits(type: TensorType, places: number | undefined): IntegerLimits {
  const { dtype } = type;
  if (dtype === 'bool') return { min: 0, max: 1 };
  if (dtype === 'int32' && stepsOf(type) === undefined) {
    return places === undefined ? QUANTIZED_LIMITS.int16 : { min: 0, max: places - 1 };
  }
  if (isSteppedDType(dtype)) return STEPPED_LIMITS[dtype];
  throw unsupportedError(
    'vector-type',
    `The self-test's inputs are made up for float32, bool and integers of at most 32 bits, and the model's input is ${dtype}`,
  );
}

/** Zero, and both ends of the range: what saturates, saturates here. */
function extremes(type: TensorType, places: number | undefined): readonly number[] {
  if (type.dtype === 'float32') return [0, -1, 1];
  const { min, max } = integerLimits(type, places);
  return [type.quant?.scheme === 'per-tensor' ? type.quant.zeroPoint : 0, min, max];
}

function randomElement(type: TensorType, places: number | undefined, random: Random): number {
  if (type.dtype === 'float32') return random.normal();
  const { min, max } = integerLimits(type, places);
  return min + random.below(max - min + 1);
}

type DrawInput = (type: TensorType, index: number) => TensorData;

/** Three constant inputs, then random ones; the same for the same seed. */
function inputDrawer(seed: number, places?: number): DrawInput {
  const random = createRandom(seed, 'golden vectors');
  return (type, index) => {
    const data = allocate(type.dtype, elementCount(type.shape)) as Int8Array;
    const extreme = extremes(type, places)[index];
    for (let i = 0; i < data.length; i++) data[i] = extreme ?? randomElement(type, places, random);
    return data;
  };
}

/** Inputs for a model that nobody computes here. `places` is how many there are in the shortest table that it looks up. */
export function randomInputs(
  types: readonly TensorType[],
  seed: number,
  count: number,
  places?: number,
): GoldenVector[] {
  const draw = inputDrawer(seed, places);
  return Array.from({ length: count }, (_, index) => ({
    inputs: types.map((type) => draw(type, index)),
    outputs: [],
  }));
}

/** The inputs drawn for one vector in vain: those that the model divides by, for example. */
const TRIES = 16;

/** Inputs with the outputs for them. Those with which the model cannot be computed are left out. */
export function randomVectors(graph: Graph, seed: number, count: number): GoldenVector[] {
  const interpreter = createInterpreter(graph);
  const draw = inputDrawer(seed);
  const vectors: GoldenVector[] = [];
  for (let index = 0; vectors.length < count; index++) {
    const inputs = interpreter.inputs.map((type) => draw(type, index));
    const one = attempt(() => vectorOf(interpreter, inputs));
    if (!('refusal' in one)) vectors.push(one.value);
    else if (index >= TRIES * (vectors.length + 1)) throw one.refusal;
  }
  return vectors;
}
