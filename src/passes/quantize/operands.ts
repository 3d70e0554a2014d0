/** What operators read: activations in the type and the parameters that each wants, and constants in integers. */

import { unsupportedError } from '../../core/errors.ts';
import { type PerTensorQuant, sameQuant } from '../../core/quant-params.ts';
import type { QuantizedDType } from '../../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import {
  activationParameters,
  constantParameters,
  quantizeConstant,
  type Range,
  type Ranges,
  rangeOf,
  representedRange,
} from './parameters.ts';
import type { IntegerType, QuantizedValues } from './quantized-values.ts';
import type { ActivationTypes } from './types/activation-types.ts';

/** What is known of a float graph's tensors. */
export interface KnownTensors {
  readonly types: ActivationTypes;
  readonly ranges: Ranges;
  /**
   * Of activations of int8 and constants beside them, instead of what their ranges make: as they are, wherever an operator leaves them a choice. Operators on
   * tensors that have neither stay in float32.
   */
  readonly activationScales: ReadonlyMap<ValueId, PerTensorQuant> | undefined;
}

export class Operands {
  readonly #graph: Graph;
  readonly #known: KnownTensors;
  readonly #made: QuantizedValues;

  /** `made` gets the constants, and the QUANTIZE operators of what is wanted in another type or scale. */
  constructor(graph: Graph, known: KnownTensors, made: QuantizedValues) {
    this.#graph = graph;
    this.#known = known;
    this.#made = made;
  }

  /** Throws `not-calibrated` (unsupported) where nothing was seen, and `not-finite` where that is more than any number. */
  rangeOf(id: ValueId): Range {
    const range = this.#known.ranges.get(id);
    if (range !== undefined) {
      this.#requireNumbers(id, range);
      return range;
    }
    throw unsupportedError(
      'not-calibrated',
      `tensor "${getValue(this.#graph, id).name}" was never calibrated`,
    );
  }

  /** Of nothing but NaN both ends are infinite, too. */
  #requireNumbers(id: ValueId, { min, max }: Range): void {
    if (Number.isFinite(min) && Number.isFinite(max)) return;
    throw unsupportedError(
      'not-finite',
      `tensor "${getValue(this.#graph, id).name}" becomes infinite, or no number, with the samples that calibrate`,
      'Look for a division by zero, or a root or logarithm of it, before that tensor, and add something small there, as normalization does.',
    );
  }

  /** The parameters of an activation by itself, in its own type or as somebody reads it. */
  calibrated(id: ValueId, dtype: QuantizedDType = this.#known.types(id)): PerTensorQuant {
    return this.#given(id, dtype) ?? activationParameters(this.rangeOf(id), dtype);
  }

  /** In that type; constants get parameters of their own range, indices and conditions are what they are. */
  inType(id: ValueId | undefined, dtype: QuantizedDType): ValueId | undefined {
    if (id === undefined) return undefined;
    const value = getValue(this.#graph, id);
    const { data } = value;
    if (data === undefined) return this.#activationInType(id, dtype);
    if (!(data instanceof Float32Array)) {
      this.#made.keep(value);
      return id;
    }
    const quant = this.#given(id, dtype) ?? constantParameters(rangeOf(data), dtype);
    return this.#made.constant(value, dtype, quant, quantizeConstant(data, quant, dtype));
  }

  /** In these parameters, whatever it has of its own; indices and conditions are what they are. */
  inParameters(id: ValueId | undefined, type: IntegerType): ValueId | undefined {
    if (id === undefined || !this.#made.isReal(id)) return this.inType(id, type.dtype);
    const value = getValue(this.#graph, id);
    if (value.data instanceof Float32Array) {
      return this.#made.constant(
        value,
        type.dtype,
        type.quant,
        quantizeConstant(value.data, type.quant, type.dtype),
      );
    }
    const own = this.#made.typeOf(id);
    return own.dtype === type.dtype && sameQuant(own.quant, type.quant) ? id : this.#made.rescale(id, type);
  }

  /** From the least to the greatest number that any of them can be in that type. */
  rangeOfAll(ids: readonly (ValueId | undefined)[], dtype: QuantizedDType): Range {
    const ranges = ids
      .filter((id) => id !== undefined)
      .map((id) => {
        const { data } = getValue(this.#graph, id);
        if (data instanceof Float32Array) return rangeOf(data);
        const isOwn = this.#known.types(id) === dtype;
        return representedRange(isOwn ? this.#made.typeOf(id).quant : this.calibrated(id, dtype), dtype);
      });
    return {
      min: Math.min(...ranges.map(({ min }) => min)),
      max: Math.max(...ranges.map(({ max }) => max)),
    };
  }

  #given(id: ValueId, dtype: QuantizedDType): PerTensorQuant | undefined {
    return dtype === 'int8' ? this.#known.activationScales?.get(id) : undefined;
  }

  #activationInType(id: ValueId, dtype: QuantizedDType): ValueId {
    if (!this.#made.isReal(id) || this.#known.types(id) === dtype) return id;
    return this.#made.rescale(id, { dtype, quant: this.calibrated(id, dtype) });
  }
}
