/** One step of an LSTM: the twins of `kernels/recurrent/lstm-float.ts` and `lstm-integer.ts`. */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP, REQUANTIZE, SCALING } from '../arithmetic.ts';
import { CLAMP_FLOAT, NO_CONTRACTION } from '../real-arithmetic.ts';
import { REQUANTIZE_WIDE } from '../windows/finishes.ts';
import { SIGMOID_INT16, TANH_INT16 } from './sigmoid-int16.ts';

/** What activations of int8 and int16 differ in. */
interface IntegerCode {
  readonly name: string;
  readonly element: 'int8_t' | 'int16_t';
  readonly bias: 'int32_t' | 'int64_t';
  readonly sum: 'int32_t' | 'int64_t';
  readonly needs: readonly CDefinition[];
  /** Of a sum of products and a bias, by a scaling. */
  rescaled(sum: string, bias: string | undefined, by: string): string;
}

const INT8: IntegerCode = {
  name: 'int8',
  element: 'int8_t',
  bias: 'int32_t',
  sum: 'int32_t',
  needs: [REQUANTIZE],
  rescaled(sum, bias, by) {
    const biased = bias === undefined ? sum : `(int32_t)((uint32_t)${sum} + (uint32_t)${bias})`;
    return `requantize(${biased}, ${by}.multiplier, ${by}.shift)`;
  },
};

const INT16: IntegerCode = {
  name: 'int16',
  element: 'int16_t',
  bias: 'int64_t',
  sum: 'int64_t',
  needs: [REQUANTIZE_WIDE, REQUANTIZE],
  rescaled: (sum, bias, by) =>
    `requantize_wide(${bias === undefined ? sum : `${sum} + ${bias}`}, ${by}.multiplier, ${by}.shift)`,
};

function lstmInteger({ name, element, bias, sum, needs, rescaled }: IntegerCode): CDefinition {
  return {
    name: `lstm_${name}`,
    needs: [SCALING, ...needs, CLAMP, SIGMOID_INT16, TANH_INT16],
    text: `/* Weights [units, depth] and [units, units], and the ways of both sums to the scale of the gate, 2^-12. */
struct lstm_gate_${name} {
  const int8_t *input_weights;
  const int8_t *hidden_weights;
  const ${bias} *biases;
  struct scaling input;
  struct scaling hidden;
};

struct lstm_${name} {
  const struct lstm_gate_${name} *input_gate;
  const struct lstm_gate_${name} *forget_gate;
  const struct lstm_gate_${name} *cell_gate;
  const struct lstm_gate_${name} *output_gate;
  int32_t depth;
  int32_t units;
  int32_t input_zero;
  int32_t hidden_zero;
  int32_t least; /* Of the hidden state before its zero point is added. */
  int32_t most;
  int32_t cell_clip;
  int32_t cell_multiplier; /* From the cell state to the argument of its tanh. */
  int32_t cell_right_shift;
  struct scaling forgotten;
  struct scaling incoming;
  struct scaling outgoing;
};

static inline int32_t saturate_${name}(int32_t x)
{
  return clamp(x, INT16_MIN, INT16_MAX);
}

/* What goes into the activation of each unit of a gate. */
static void compute_gate_${name}(const struct lstm_${name} *l, const struct lstm_gate_${name} *gate, const ${element} *input,
    const ${element} *hidden, int16_t *values)
{
  for (int32_t unit = 0; unit < l->units; unit++) {
    const int8_t *by = gate->input_weights + unit * l->depth;
    ${sum} seen = 0;
    ${sum} kept = 0;
    int32_t scaled;

    for (int32_t i = 0; i < l->depth; i++) {
      seen += by[i] * (input[i] - l->input_zero);
    }
    by = gate->hidden_weights + unit * l->units;
    for (int32_t i = 0; i < l->units; i++) {
      kept += by[i] * (hidden[i] - l->hidden_zero);
    }
    scaled = saturate_${name}(${rescaled('seen', 'gate->biases[unit]', 'gate->input')});
    scaled += saturate_${name}(${rescaled('kept', undefined, 'gate->hidden')});
    values[unit] = (int16_t)saturate_${name}(scaled);
  }
}

/* One step of one sequence; there is room for four gates. */
static void lstm_${name}(const struct lstm_${name} *l, int16_t *gates, const ${element} *input, ${element} *hidden, int16_t *cell,
    ${element} *output)
{
  const int16_t *write = gates;
  const int16_t *forget = write + l->units;
  const int16_t *fresh = forget + l->units;
  const int16_t *open = fresh + l->units;

  compute_gate_${name}(l, l->input_gate, input, hidden, gates);
  compute_gate_${name}(l, l->forget_gate, input, hidden, gates + l->units);
  compute_gate_${name}(l, l->cell_gate, input, hidden, gates + 2 * l->units);
  compute_gate_${name}(l, l->output_gate, input, hidden, gates + 3 * l->units);
  for (int32_t unit = 0; unit < l->units; unit++) {
    const int32_t kept = sigmoid_int16(3 * forget[unit]) * cell[unit];
    const int32_t came = sigmoid_int16(3 * write[unit]) * tanh_int16(3 * fresh[unit]);
    const int32_t sum = saturate_${name}(requantize(kept, l->forgotten.multiplier, l->forgotten.shift)) +
                        saturate_${name}(requantize(came, l->incoming.multiplier, l->incoming.shift));
    const int32_t next = clamp(saturate_${name}(sum), -l->cell_clip, l->cell_clip);
    const int32_t shown = tanh_int16(sigmoid_argument(next, l->cell_multiplier, l->cell_right_shift));
    const int32_t gone = shown * sigmoid_int16(3 * open[unit]);
    const int32_t scaled = requantize(gone, l->outgoing.multiplier, l->outgoing.shift);

    cell[unit] = (int16_t)next;
    hidden[unit] = (${element})(clamp(scaled, l->least, l->most) + l->hidden_zero);
    output[unit] = hidden[unit];
  }
}
`,
  };
}

/** `lstm_int8(lstm, gates, input, hidden, cell, output)` */
export const LSTM_INTEGER = { int8: lstmInteger(INT8), int16: lstmInteger(INT16) } as const;

/** `lstm_float(lstm, gates, input, hidden, cell, output)` */
export const LSTM_FLOAT: CDefinition = {
  name: 'lstm_float',
  needs: [NO_CONTRACTION, CLAMP_FLOAT],
  headers: ['math.h'],
  text: `/* Weights [units, depth] and [units, units]. */
struct lstm_gate_float {
  const float *input_weights;
  const float *hidden_weights;
  const float *biases;
};

struct lstm_float {
  const struct lstm_gate_float *input_gate;
  const struct lstm_gate_float *forget_gate;
  const struct lstm_gate_float *cell_gate;
  const struct lstm_gate_float *output_gate;
  int32_t depth;
  int32_t units;
  float cell_clip;
};

static float dot_float(const float *a, const float *b, int32_t count)
{
  float sum = 0.0f;

  for (int32_t i = 0; i < count; i++) {
    sum += a[i] * b[i];
  }
  return sum;
}

/* In double precision, then rounded: the last bit may differ between mathematical libraries. */
static float sigmoid_float(float x)
{
  return (float)(1.0 / (1.0 + exp(-(double)x)));
}

static float tanh_of_float(float x)
{
  return (float)tanh((double)x);
}

/* What goes into the activation of each unit of a gate. */
static void compute_gate_float(const struct lstm_float *l, const struct lstm_gate_float *gate, const float *input,
    const float *hidden, float *values)
{
  for (int32_t unit = 0; unit < l->units; unit++) {
    const float seen = dot_float(gate->input_weights + unit * l->depth, input, l->depth);
    const float kept = dot_float(gate->hidden_weights + unit * l->units, hidden, l->units);

    values[unit] = seen + gate->biases[unit] + kept;
  }
}

/* One step of one sequence; there is room for four gates. */
static void lstm_float(const struct lstm_float *l, float *gates, const float *input, float *hidden, float *cell, float *output)
{
  const float *write = gates;
  const float *forget = write + l->units;
  const float *fresh = forget + l->units;
  const float *open = fresh + l->units;

  compute_gate_float(l, l->input_gate, input, hidden, gates);
  compute_gate_float(l, l->forget_gate, input, hidden, gates + l->units);
  compute_gate_float(l, l->cell_gate, input, hidden, gates + 2 * l->units);
  compute_gate_float(l, l->output_gate, input, hidden, gates + 3 * l->units);
  for (int32_t unit = 0; unit < l->units; unit++) {
    const float kept = sigmoid_float(forget[unit]) * cell[unit];
    const float came = sigmoid_float(write[unit]) * tanh_of_float(fresh[unit]);

    cell[unit] = clamp_float(kept + came, -l->cell_clip, l->cell_clip);
    hidden[unit] = tanh_of_float(cell[unit]) * sigmoid_float(open[unit]);
    output[unit] = hidden[unit];
  }
}
`,
};
