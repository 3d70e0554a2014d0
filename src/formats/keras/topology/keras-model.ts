/** A model of Keras as one list of calls. */

import type { Shape } from '../../../core/tensor.ts';
import type { LayerConfig } from '../config.ts';
import type { CallArguments } from './arguments.ts';

/** One use of a layer. Tensors are numbered, the model's inputs first. */
export interface LayerCall {
  /** `layer`, or `model/layer` inside a model; further uses carry a number. */
  readonly name: string;
  /** The names of the layers from the outermost model to this one. */
  readonly path: readonly string[];
  readonly className: string;
  readonly config: LayerConfig;
  readonly inputs: readonly number[];
  /** Of operations: which of the inputs stands where, and the constants among them. */
  readonly arguments?: CallArguments;
  /** The tensor of which it is told to pass over the steps of zeros, or to pass over none. */
  readonly masked?: number | 'none';
  readonly output: number;
  /** Of recurrent layers that return them: the hidden state, and the cell state of LSTM, behind the last step. */
  readonly states?: readonly number[];
}

export interface ModelInput {
  /** Of its layer. */
  readonly name: string;
  /** With batch 1. */
  readonly shape: Shape;
}

export interface ModelOutput {
  /** Of the layer that makes it. */
  readonly name: string;
  readonly tensor: number;
}

export interface KerasModel {
  /** Tensors 0, 1, … in the order in which the model is called with them. */
  readonly inputs: readonly ModelInput[];
  /** In execution order, without input layers. */
  readonly calls: readonly LayerCall[];
  readonly outputs: readonly ModelOutput[];
}
