/**
 * Recurrent layers in TensorFlow.js: it has no GRU whose reset gate acts behind the recurrent kernel, and its orthogonal
 * initializer needs methods of tensors that only the whole package brings. Initial weights are ours anyway.
 */

import * as tf from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, layers, RNN } from '@tensorflow/tfjs-layers';
import type { JsonObject, JsonValue } from '../../core/json.ts';

interface CellArguments {
  readonly units: number;
  readonly useBias: boolean;
}

/** A step of Keras' GRU with `reset_after`, activations tanh and sigmoid. */
class ResetAfterGruCell extends layers.RNNCell {
  static className = 'ResetAfterGruCell';
  readonly stateSize: number;
  readonly #useBias: boolean;
  #kernels: LayerVariable[] = [];
  #bias: LayerVariable | undefined;

  constructor({ units, useBias }: CellArguments) {
    super({});
    this.stateSize = units;
    this.#useBias = useBias;
  }

  override build(inputShape: (number | null)[]): void {
    const columns = 3 * this.stateSize;
    const zeros = initializers.zeros();
    const weight = (name: string, shape: number[]) => this.addWeight(name, shape, 'float32', zeros);
    this.#kernels = [
      weight('kernel', [Number(inputShape.at(-1)), columns]),
      weight('recurrent_kernel', [this.stateSize, columns]),
    ];
    if (this.#useBias) this.#bias = weight('bias', [2, columns]);
    this.built = true;
  }

  /** [inputs, hidden] to [hidden, hidden]. */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
    return tf.tidy(() => {
      const hidden = (inputs as tf.Tensor2D[])[1];
      const sums = (inputs as tf.Tensor2D[]).map((input, index) => {
        const sum = tf.matMul(input, this.#kernels[index].read() as tf.Tensor2D);
        if (this.#bias === undefined) return sum;
        return tf.add(sum, tf.reshape(tf.slice(this.#bias.read(), [index, 0], [1, -1]), [-1]));
      });
      const [given, remembered] = sums.map((sum) => tf.split(sum, 3, 1));
      const update = tf.sigmoid(tf.add(given[0], remembered[0]));
      const reset = tf.sigmoid(tf.add(given[1], remembered[1]));
      const candidate = tf.tanh(tf.add(given[2], tf.mul(reset, remembered[2])));
      const next = tf.add(tf.mul(update, hidden), tf.mul(tf.sub(1, update), candidate));
      return [next, next];
    });
  }
}

class ResetAfterGru extends RNN {
  static override className = 'ResetAfterGru';

  constructor(args: CellArguments & { readonly returnSequences?: boolean }) {
    super({ ...args, cell: new ResetAfterGruCell(args) });
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(config);
  }
}

tf.serialization.registerClass(ResetAfterGruCell);
tf.serialization.registerClass(ResetAfterGru);

const ZEROS = { class_name: 'Zeros', config: {} };

function adapted(layer: JsonValue): JsonValue {
  const { class_name: name, config } = layer as JsonObject;
  if (name === 'GRU') return { ...(layer as JsonObject), class_name: ResetAfterGru.className };
  if (name !== 'LSTM' && name !== 'SimpleRNN') return layer;
  return { ...(layer as JsonObject), config: { ...(config as JsonObject), recurrent_initializer: ZEROS } };
}

/** The topology as TensorFlow.js builds it; weights keep names and shapes. */
export function withRecurrentLayers(topology: JsonObject): JsonObject {
  const config = topology.config as JsonObject;
  return { ...topology, config: { ...config, layers: (config.layers as JsonValue[]).map(adapted) } };
}
