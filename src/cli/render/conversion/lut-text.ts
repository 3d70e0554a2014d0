/** What weights as look-up tables save and cost, as text. */

import { countOf } from '../../../core/figure-text.ts';
import type { HuffmanFigures, LutArena, LutLayer, LutReport } from '../../../models/convert/lut-report.ts';
import { LIBRARY_NAMES } from '../../../targets/tflm/operators.ts';
import { printable } from '../printable.ts';
import { formatCount, formatTable } from '../table.ts';

function layerTable(layers: readonly LutLayer[], terminal: number | undefined): string {
  return formatTable(
    [
      { title: 'looked up' },
      { title: 'weights', align: 'right' },
      { title: 'values', align: 'right' },
      { title: 'bits', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'coded', align: 'right' },
    ],
    layers.map(({ name, operator, weights, values, bitWidth, bytes, codedBytes }) => [
      printable(name === '' ? operator : name),
      ...[weights, values, bitWidth, bytes, codedBytes].map(formatCount),
    ]),
    terminal,
  );
}

function arenaLine({ target, plainBytes, bytes }: LutArena): string {
  return `  ${target}: ${formatCount(bytes)} bytes instead of ${formatCount(plainBytes)}\n`;
}

function huffmanLine({ layers, plainBytes, bytes }: HuffmanFigures): string {
  if (layers === 0) return 'Huffman codes would make the weights of no layer smaller.\n';
  return `Canonical Huffman codes would have the weights of ${countOf(layers, 'layer')} in ${formatCount(bytes)} bytes instead of ${formatCount(plainBytes)}. TensorFlow Lite Micro decodes none: that is for generated C that decodes them when it starts, into ${formatCount(plainBytes)} bytes of RAM.\n`;
}

/** `terminal` is how many cells a line of the terminal has. */
export function formatLut(report: LutReport, terminal?: number): string {
  const { layers, bytes, plainBytes, decodedWeights, macs, arenas, libraries, huffman } = report;
  if (layers.length === 0) {
    return `No weights as look-up tables make the file smaller: they have too many values, or are too few.\n${huffmanLine(huffman)}`;
  }
  const running = libraries.filter(({ ok }) => ok).map(({ library }) => LIBRARY_NAMES[library]);
  return [
    `${layerTable(layers, terminal)}\n`,
    `Flash: ${formatCount(bytes)} bytes of file instead of ${formatCount(plainBytes)} (${(bytes / plainBytes).toFixed(2)}x), the same outputs\n`,
    `Time: ${formatCount(decodedWeights)} weights are looked up in every inference, beside ${formatCount(macs)} multiply-accumulates\n`,
    'RAM: the weights of a layer are decoded into the arena. It needs, at least:\n',
    ...arenas.map(arenaLine),
    `Libraries that run it: ${running.length === 0 ? 'none' : running.join(', ')}, of 2025 or later, with AddDecode() in the resolver\n`,
    huffmanLine(huffman),
  ].join('');
}
