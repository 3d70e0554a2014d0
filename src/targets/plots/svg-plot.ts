/** What all plots share: size, colours, fonts, axes and a legend, drawn by Vega. Equal plots give equal text. */

import { type Axis, type LinearScale, type LogScale, type Mark, None, parse, type Spec, View } from 'vega';
import { inputError } from '../../core/errors.ts';

const WIDTH = 720;
const HEIGHT = 440;
const MARGIN = { left: 76, right: 24, top: 58, bottom: 54 };
export const PLOT_WIDTH = WIDTH - MARGIN.left - MARGIN.right;
export const PLOT_HEIGHT = HEIGHT - MARGIN.top - MARGIN.bottom;

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const INK = '#1f2328';
export const FAINT_INK = '#59636e';
export const GRID = '#e4e7eb';

/** M. Okabe and K. Ito's colours, which stay apart for colour-blind readers. */
export const COLORS = { blue: '#0072b2', vermilion: '#d55e00', gray: '#6e7781', ink: INK };

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly mark: 'line' | 'dashes' | 'dot' | 'ring';
}

export interface Plot {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Between ticks, where fractions make no sense. */
  readonly xMinStep?: number;
  /** Domain and type; the range is the plot's. */
  readonly xScale: LinearScale;
  readonly yScale: LinearScale | LogScale;
  readonly data: NonNullable<Spec['data']>;
  readonly marks: readonly Mark[];
  readonly legend: readonly LegendEntry[];
}

/** Every number that is drawn is finite; a plot without any is refused. */
export function finite(values: readonly number[], what: string): number[] {
  const kept = values.filter(Number.isFinite);
  if (kept.length === 0) throw inputError('empty-plot', `There is nothing to plot: no finite ${what}.`);
  return kept;
}

/** Smallest and largest, apart even if all are equal. A loop, because spreading ends at some length. */
export function extent(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

const LINE_SWATCH = 22;
const POINT_SWATCH = 10;
const LETTER_WIDTH = 6.9;
const LEGEND_Y = -28;

function lineSwatch(x: number, { color, mark }: LegendEntry): Mark {
  return {
    type: 'rule',
    encode: {
      enter: {
        x: { value: x },
        x2: { value: x + LINE_SWATCH },
        y: { value: LEGEND_Y },
        stroke: { value: color },
        strokeWidth: { value: 2.5 },
        strokeDash: { value: mark === 'dashes' ? [4, 3] : [] },
      },
    },
  };
}

function pointSwatch(x: number, { color, mark }: LegendEntry): Mark {
  return {
    type: 'symbol',
    encode: {
      enter: {
        x: { value: x + POINT_SWATCH / 2 },
        y: { value: LEGEND_Y },
        size: { value: mark === 'dot' ? 40 : 52 },
        stroke: { value: mark === 'dot' ? 'transparent' : color },
        strokeWidth: { value: 1.6 },
        fill: { value: mark === 'dot' ? color : 'transparent' },
      },
    },
  };
}

function textMark(x: number, y: number, text: string, size: number, weight: 400 | 600): Mark {
  return {
    type: 'text',
    encode: {
      enter: {
        x: { value: x },
        y: { value: y },
        text: { value: text },
        baseline: { value: 'middle' },
        fill: { value: INK },
        fontSize: { value: size },
        fontWeight: { value: weight },
      },
    },
  };
}

/** One row that ends at the right. Text is not measured: the machine's fonts would decide the picture. */
function legendMarks(entries: readonly LegendEntry[]): Mark[] {
  const marks: Mark[] = [];
  let end = PLOT_WIDTH;
  for (const entry of entries.toReversed()) {
    const isLine = entry.mark === 'line' || entry.mark === 'dashes';
    const swatchWidth = isLine ? LINE_SWATCH : POINT_SWATCH;
    const start = end - entry.label.length * LETTER_WIDTH - 7 - swatchWidth;
    marks.push(isLine ? lineSwatch(start, entry) : pointSwatch(start, entry));
    marks.push(textMark(start + swatchWidth + 7, LEGEND_Y, entry.label, 13, 400));
    end = start - 20;
  }
  return marks;
}

/** Numbers that would take many zeros are written like `2e-5`. */
function labelFormat({ type, domain }: LinearScale | LogScale): { format?: string } {
  if (!Array.isArray(domain)) return {};
  const magnitudes = domain.map(Number).map(Math.abs);
  const deciding = type === 'log' ? Math.min(...magnitudes) : Math.max(...magnitudes);
  return deciding < 1e-3 || Math.max(...magnitudes) >= 1e5 ? { format: '~e' } : {};
}

function axes({ xTitle, yTitle, xMinStep, xScale, yScale }: Plot): Axis[] {
  const x: Axis = { scale: 'x', orient: 'bottom', title: xTitle, tickCount: 8, titlePadding: 10 };
  // A fixed place for the title, since wide labels would push it out of the picture.
  const y: Axis = { scale: 'y', orient: 'left', title: yTitle, tickCount: 6, titleX: -56, grid: true };
  return [
    { ...x, ...labelFormat(xScale), ...(xMinStep === undefined ? {} : { tickMinStep: xMinStep }) },
    { ...y, ...labelFormat(yScale), domain: false, ticks: false },
  ];
}

/** 720 × 440 on white, so that it reads on dark pages too. */
export async function plotSvg(plot: Plot): Promise<string> {
  const spec: Spec = {
    description: plot.title,
    background: '#ffffff',
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    padding: MARGIN,
    autosize: 'none',
    data: plot.data,
    scales: [
      { ...plot.xScale, name: 'x', range: 'width' },
      { ...plot.yScale, name: 'y', range: 'height' },
    ],
    axes: axes(plot),
    marks: [
      ...plot.marks,
      textMark(18 - MARGIN.left, LEGEND_Y, plot.title, 17, 600),
      ...legendMarks(plot.legend),
    ],
    config: {
      text: { font: FONT },
      axis: {
        labelFont: FONT,
        labelFontSize: 12,
        labelColor: FAINT_INK,
        titleFont: FONT,
        titleFontSize: 13,
        titleFontWeight: 500,
        titleColor: INK,
        gridColor: GRID,
        tickColor: GRID,
        domainColor: '#b4bbc3',
        labelPadding: 6,
      },
    },
  };
  const view = new View(parse(spec), { renderer: 'none', logLevel: None });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
