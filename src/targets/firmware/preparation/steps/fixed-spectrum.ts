/** The spectrum in integers as C that is C++ too: the loops of `kernels/features/`, the same bits. */

import type { FixedSpectrum } from '../../../../core/samples/fixed-spectrum.ts';
import {
  type FixedSpectrumTables,
  fixedSpectrumTables,
  type Turns,
} from '../../../../core/samples/fixed-spectrum-tables.ts';
import { literalLines } from '../../c-literal.ts';
import {
  channelsText,
  gainText,
  LEADING_ZEROS,
  logarithmText,
  noiseText,
  SQUARE_ROOT,
} from '../fixed-spectrum/channels.ts';
import { withStepNames } from '../fixed-spectrum/names.ts';
import { QUADRUPLE, transformText } from '../fixed-spectrum/transform.ts';
import { SAMPLE, windowText } from '../fixed-spectrum/window.ts';
import { ROUNDED, type SharedFunction } from '../shared-functions.ts';
import type { Place, RowWriter } from '../step-code.ts';

function table(type: 'int16_t' | 'uint16_t' | 'uint32_t', name: string, values: Iterable<number>): string {
  const literals = Array.from(values, (value) =>
    type === 'uint32_t' ? `0x${(value >>> 0).toString(16)}u` : String(value),
  );
  return `static const ${type} @k${name}[${literals.length}] = {\n${literalLines(literals, '    ')}};\n`;
}

/** In a word each, the real part in its lower half. */
function words({ re, im }: Turns): number[] {
  return Array.from(re, (real, i) => (real & 0xffff) | (im[i] << 16));
}

function tablesText({ window, turns, halfTurns, bank, excess, gains }: FixedSpectrumTables): string {
  const weights = Array.from(bank.weights).flatMap((weight, i) => [weight, bank.unweights[i]]);
  return `${table('int16_t', 'Window', window)}// Complex numbers of length 1: of the transform of pairs, and of what makes that of real numbers of it.
${table('uint32_t', 'Turns', words(turns))}${table('uint32_t', 'HalfTurns', words(halfTurns).slice(1))}// Where bands of frequencies end; what each frequency counts in the channel that ends there, and in the next.
${table('uint16_t', 'Ends', bank.ends)}${table('uint16_t', 'Weights', weights)}// How far log2(1 + i / 128) lies above i / 128, times 2^16.
${table('uint16_t', 'Excess', excess)}${gains === undefined ? '' : table('int16_t', 'Gains', gains)}`;
}

/** The functions of one step, whose sizes the compiler is to know. */
function stepFunctions(spectrum: FixedSpectrum, tables: FixedSpectrumTables, place: Place): SharedFunction {
  const half = tables.size / 2;
  const parts = [
    windowText(spectrum.window, half),
    transformText(half),
    channelsText(spectrum, tables.bank.first),
    ...(spectrum.noise === undefined ? [] : [noiseText(spectrum, spectrum.noise)]),
    ...(spectrum.gain === undefined ? [] : [gainText(spectrum)]),
    logarithmText(spectrum),
  ];
  return {
    name: `fixed_spectrum_${place.step}`,
    needs: [
      SAMPLE,
      QUADRUPLE,
      SQUARE_ROOT,
      LEADING_ZEROS,
      ...(spectrum.levels === undefined ? [] : [ROUNDED]),
    ],
    headers: ['stdint', 'string'],
    text: () => withStepNames(parts.join('\n'), place),
  };
}

export const fixedSpectrum: RowWriter<'fixed-spectrum'> = (spectrum, _, place) => {
  const tables = fixedSpectrumTables(spectrum);
  const { channels, noise, gain } = spectrum;
  return {
    constants: withStepNames(tablesText(tables), place),
    functions: [stepFunctions(spectrum, tables, place)],
    state: noise === undefined ? '' : `  uint32_t noise[${channels}];\n`,
    statements: withStepNames(
      `  static uint32_t pairs[${tables.size / 2}];
  static uint32_t z[${tables.size / 2}];
  uint32_t missing;
  const uint32_t bits = $take_window(from, pairs, &missing);
  $begin_transform(pairs, bits, z);
  $transform(z);
  $energies(z);
  $channels(z, bits, pairs);
${noise === undefined ? '' : '  $reduce_noise(pairs, state->noise);\n'}${gain === undefined ? '' : '  $control_gain(pairs, state->noise);\n'}  $write_row(pairs, into);
  if (missing != 0) {
    for (int i = 0; i < ${channels}; ++i) @copy_bytes(into + i, &missing, sizeof missing);
  }
`,
      place,
    ),
  };
};
