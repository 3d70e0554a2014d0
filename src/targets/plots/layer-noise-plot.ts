/** What int8 costs in every layer, as horizontal bars in dB: the shorter, the worse. */

import { createAxis } from './axis.ts';
import { drawLegend } from './legend.ts';
import { COLORS, GRID, svgPicture } from './svg-picture.ts';
import { coordinate, shortenText, svgText } from './svg-text.ts';

/** Bars of one layer, in dB. */
export interface LayerNoise {
  /** Foreign text. */
  readonly layer: string;
  /** At the end of the network, if the constants of this layer alone are rounded. */
  readonly weightsDb?: number;
  /** Of its output, with all noise before it. */
  readonly accumulatedDb?: number;
}

const WIDTH = 720;
const LEFT = 190;
const RIGHT = 690;
const TOP = 64;
const ROW = 30;
const BAR = 10;
const BELOW = 52;
const TICKS = 7;
const MOST_LETTERS = 24;

const BARS = [
  { field: 'weightsDb', label: 'its weights alone', color: COLORS.blue },
  { field: 'accumulatedDb', label: 'its output', color: COLORS.vermilion },
] as const;

/** As tall as there are layers; one that makes no noise has no bar. */
export function layerNoisePlotSvg(layers: readonly LayerNoise[], allDb: number | undefined): string {
  const values = layers.flatMap((layer) => BARS.flatMap(({ field }) => layer[field] ?? []));
  const domain = [Math.min(0, ...values), Math.max(1, ...values)] as const;
  const bottom = TOP + layers.length * ROW;
  const axis = createAxis({ title: 'signal to noise, dB', scale: 'linear', domain }, [LEFT, RIGHT], TICKS);
  const zero = axis.position(0);
  const grid = axis.ticks.flatMap(({ value, label }) => {
    const x = coordinate(Math.floor(axis.position(value)) + 0.5);
    return [
      `<line x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}" stroke="${GRID}"/>`,
      svgText(axis.position(value), bottom + 18, label ?? '', 'text-anchor="middle" class="faint"'),
    ];
  });
  const rows = layers.flatMap((layer, index) => {
    const y = TOP + index * ROW + (ROW - 2 * BAR) / 2;
    return [
      svgText(LEFT - 10, y + BAR + 4, shortenText(layer.layer, MOST_LETTERS), 'text-anchor="end"'),
      ...BARS.flatMap(({ field, color }, bar) => {
        const value = layer[field];
        if (value === undefined) return [];
        const [from, to] = [zero, axis.position(value)].sort((a, b) => a - b);
        return [
          `<rect x="${coordinate(from)}" y="${coordinate(y + bar * BAR)}" width="${coordinate(Math.max(1, to - from))}" height="${BAR - 1}" fill="${color}"/>`,
        ];
      }),
    ];
  });
  const [worst] = layers.toSorted((a, b) => (a.weightsDb ?? Infinity) - (b.weightsDb ?? Infinity));
  const all = allDb === undefined ? '' : ` All together leave ${allDb.toFixed(1)} dB.`;
  return svgPicture({
    width: WIDTH,
    height: bottom + BELOW,
    fontSize: 12,
    title: 'What int8 costs in every layer',
    summary: `Signal to noise, layer by layer (${layers.length}).${worst?.weightsDb === undefined ? '' : ` The weights of ${worst.layer} cost most: alone they leave ${worst.weightsDb.toFixed(1)} dB.`}${all}`,
    parts: [
      svgText(18, 34, 'What int8 costs in every layer', 'font-size="17" font-weight="600"'),
      ...drawLegend(
        BARS.map(({ label, color }) => ({ label, color, mark: 'line' })),
        RIGHT,
        28,
      ),
      ...grid,
      ...rows,
      svgText(
        (LEFT + RIGHT) / 2,
        bottom + 40,
        axis.title,
        'text-anchor="middle" font-size="13" font-weight="500"',
      ),
    ],
  });
}
