/** What the windows of layers see of training samples: the mean and the covariance of their patches. */

import { drawnOf } from '../../../core/orders/shuffled-order.ts';
import { createRandom } from '../../../core/random.ts';
import { elementCount, type TensorData } from '../../../core/tensor.ts';
import { createInterpreter } from '../../../interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../../ir/graph.ts';
import { positions, windowOf } from '../../../ops/window.ts';
import type { SampleRows } from '../../samples/sample-rows.ts';
import { type Matrix, rowOf, zeroMatrix } from './matrix.ts';
import type { WindowLayer } from './window-layer.ts';

export interface Moments {
  /** Of each element of a patch, in the order of a kernel's height, width and inputs. */
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** More tell little more of covariances, and cost the square of a patch each. */
const MOST_SAMPLES = 4096;
/** Of each layer, where samples are few but have many windows. */
const PATCHES = 4096;

/** Copies a patch out of an image; zeros lie around it. */
type ReadPatch = (image: Float32Array, y: number, x: number, into: Float64Array) => void;

function patchReader({ sliding, image, kernel }: WindowLayer): ReadPatch {
  const [rows, columns] = positions(sliding, image);
  const window = windowOf(sliding, image, [1, rows, columns, kernel[0]]);
  const { inputHeight, inputWidth, filterHeight, filterWidth } = window;
  const depth = image[3];
  return (data, y, x, into) => {
    let to = 0;
    for (let tapY = 0; tapY < filterHeight; tapY++) {
      const row = y * window.strideHeight - window.padTop + tapY * window.dilationHeight;
      for (let tapX = 0; tapX < filterWidth; tapX++) {
        const column = x * window.strideWidth - window.padLeft + tapX * window.dilationWidth;
        const isInside = row >= 0 && row < inputHeight && column >= 0 && column < inputWidth;
        const from = (row * inputWidth + column) * depth;
        for (let i = 0; i < depth; i++) into[to++] = isInside ? data[from + i] : 0;
      }
    }
  };
}

/** Sums of patches and of their products; only the lower triangle, and nothing for zeros. */
class Sums {
  readonly #sum: Float64Array;
  readonly #squares: Matrix;
  #count = 0;

  constructor(size: number) {
    this.#sum = new Float64Array(size);
    this.#squares = zeroMatrix(size, size);
  }

  add(patch: Float64Array): void {
    this.#count++;
    for (let i = 0; i < patch.length; i++) {
      const value = patch[i];
      if (value === 0) continue;
      this.#sum[i] += value;
      const row = rowOf(this.#squares, i);
      for (let j = 0; j <= i; j++) row[j] += value * patch[j];
    }
  }

  moments(): Moments {
    const size = this.#sum.length;
    const mean = this.#sum.map((sum) => sum / this.#count);
    const covariance = zeroMatrix(size, size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const value = this.#squares.data[i * size + j] / this.#count - mean[i] * mean[j];
        covariance.data[i * size + j] = value;
        covariance.data[j * size + i] = value;
      }
    }
    return { mean, covariance };
  }
}

/** Takes a few windows of each image that the layer reads, drawn by the seed. */
function createCollector(layer: WindowLayer, samples: number, seed: number) {
  const random = createRandom(seed, `low rank:${layer.node.outputs[0]}`);
  const [rows, columns] = positions(layer.sliding, layer.image);
  const count = Math.min(rows * columns, Math.ceil(PATCHES / samples));
  const patch = new Float64Array(elementCount(layer.kernel.slice(1)));
  const read = patchReader(layer);
  const sums = new Sums(patch.length);
  return {
    see(image: Float32Array): void {
      for (let i = 0; i < count; i++) {
        const place = count === rows * columns ? i : random.below(rows * columns);
        read(image, Math.floor(place / columns), place % columns, patch);
        sums.add(patch);
      }
    },
    moments: () => sums.moments(),
  };
}

/** For each of the layers; `samples` are as the graph's input takes them. */
export function patchMoments(
  graph: Graph,
  layers: readonly WindowLayer[],
  samples: SampleRows,
  seed: number,
): Moments[] {
  const taken = drawnOf(createRandom(seed, 'low rank'), samples.count, MOST_SAMPLES);
  const collectors = layers.map((layer) => createCollector(layer, taken.length, seed));
  const seenBy = new Map<ValueId, ((image: Float32Array) => void)[]>();
  for (const [index, { node }] of layers.entries()) {
    const input = node.inputs[0] as ValueId;
    seenBy.set(input, [...(seenBy.get(input) ?? []), collectors[index].see]);
  }
  const interpreter = createInterpreter(graph);
  const sample = new Float32Array(elementCount(samples.shape));
  const see = (id: ValueId, data: TensorData): void => {
    for (const collect of seenBy.get(id) ?? []) collect(data as Float32Array);
  };
  for (const index of taken.keys()) {
    samples.gather(taken, index, 1, sample);
    interpreter.invoke([sample], see);
  }
  return collectors.map((collector) => collector.moments());
}
