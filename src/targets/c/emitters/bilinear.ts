/** RESIZE_BILINEAR */

import { elementBytes } from '../../../core/tensor.ts';
import type { Bilinear, Interpolation } from '../../../kernels/bilinear.ts';
import { interpolationFloat } from '../../../kernels/float/resize_bilinear.ts';
import { interpolationInt8 } from '../../../kernels/int8/resize_bilinear.ts';
import type { CDefinition } from '../c-code.ts';
import { INTERPOLATE_FLOAT, INTERPOLATE_INT8 } from '../definitions/interpolate.ts';
import type { CStep, Emission } from '../emitter.ts';
import { bytesBeforeReads } from '../window-overlap.ts';
import { forBatches } from './images/for-batches.ts';

type Step = CStep<unknown, Bilinear>;

/** The first input pixel that each output pixel mixes. */
function firstReads({ batches, ...p }: Bilinear, rows: Interpolation, columns: Interpolation): number[] {
  const leasts = ({ lower, upper }: Interpolation): number[] =>
    Array.from(lower, (low, at) => Math.min(low, upper[at]));
  const [lines, places] = [leasts(rows), leasts(columns)];
  return Array.from({ length: batches }, (_, batch) => batch * p.rows.from * p.columns.from).flatMap(
    (image) => lines.flatMap((line) => places.map((place) => image + line * p.columns.from + place)),
  );
}

function interpolated(
  { label, prepared: p, outputs, constants }: Step,
  definition: CDefinition,
  rows: Interpolation,
  columns: Interpolation,
): Emission {
  const axis = (name: string, { lower, upper, fraction }: Interpolation, elements: number): string[] => {
    const places = Array.from(lower, (low, at) => [low * elements, upper[at] * elements]);
    return [
      constants.addStructs(`${label}_${name}`, 'struct between', places),
      constants.add(`${label}_${name}_parts`, fraction),
      String(lower.length),
    ];
  };
  const row = p.columns.from * p.channels;
  const args = [...axis('rows', rows, row), ...axis('columns', columns, p.channels), String(p.channels)].join(
    ', ',
  );
  const pixel = p.channels * elementBytes(outputs[0].type.dtype);
  return {
    definitions: [definition],
    overlaps: [
      {
        input: 0,
        before: bytesBeforeReads(
          firstReads(p, rows, columns),
          { input: pixel, output: pixel },
          'as it writes',
        ),
      },
    ],
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      const [inputImage, outputImage] = [p.rows.from * row, p.rows.to * p.columns.to * p.channels];
      return forBatches(
        p.batches,
        inputImage,
        outputImage,
        (from, to) => `${definition.name}(${args}, ${input}${from}, ${output}${to});`,
      );
    },
  };
}

export function resizeBilinearFloat(step: Step): Emission {
  const { rows, columns, halfPixelCenters } = step.prepared;
  const along = (axis: Bilinear['rows']): Interpolation => interpolationFloat(axis, halfPixelCenters);
  return interpolated(step, INTERPOLATE_FLOAT, along(rows), along(columns));
}

export function resizeBilinearInt8(step: Step): Emission {
  const { rows, columns, halfPixelCenters } = step.prepared;
  const along = (axis: Bilinear['rows']): Interpolation => interpolationInt8(axis, halfPixelCenters);
  return interpolated(step, INTERPOLATE_INT8, along(rows), along(columns));
}
