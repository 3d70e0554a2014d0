/** Operators whose elements come from places that no steps describe: tables along one axis say where. */

import { unsupportedError } from '../../../../core/errors.ts';
import { elementBytes, type TensorType } from '../../../../core/tensor.ts';
import type { Gather } from '../../../../kernels/gather.ts';
import type { GatherNd } from '../../../../kernels/gather_nd.ts';
import { type Blocks, blockAxes } from '../../../../ops/movement/blocks/batch_to_space_nd.ts';
import { type Nearest, nearestAxes } from '../../../../ops/resizing/resize_nearest_neighbor.ts';
import { COPY_PICKS } from '../../definitions/moves.ts';
import type { CStep, Emission, Places } from '../../emitter.ts';
import { bytesBeforeReads } from '../../window-overlap.ts';
import { pointerTo } from './walk-code.ts';

/** Where elements of the axes batch, row, column and channel come from, in elements. */
type ImageAxes = readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];

function inBytes(elements: ArrayLike<number>, { dtype }: TensorType): Int32Array {
  return Int32Array.from(elements, (at) => at * elementBytes(dtype));
}

function from(places: Places): string {
  return pointerTo('int8_t', true, places.input(0), 0);
}

function into(places: Places): string {
  return pointerTo('int8_t', false, places.output(0), 0);
}

function image({ label, outputs, constants }: CStep<unknown, unknown>, axes: ImageAxes): Emission {
  const { type } = outputs[0];
  const [batches, rows, columns, channels] = axes.map((axis) => inBytes(axis, type));
  const run = channels.length * elementBytes(type.dtype);
  const row = columns.length * run;
  const rowNames = constants.add(`${label}_rows`, rows);
  const columnNames = constants.add(`${label}_columns`, columns);
  const [inputImage, outputImage] = [batches[1], rows.length * row];
  // Bytes of pixels that are picked one after another.
  const firsts = Array.from(batches).flatMap((batch) =>
    Array.from(rows).flatMap((line) => Array.from(columns, (place) => batch + line + place)),
  );
  return {
    definitions: [COPY_PICKS],
    overlaps: [{ input: 0, before: bytesBeforeReads(firsts, { input: 1, output: run }, 'as it writes') }],
    call(places) {
      const [batchFrom, batchTo] =
        batches.length === 1 ? ['', ''] : [` + batch * ${inputImage}`, ` + batch * ${outputImage}`];
      const lines = [
        `for (int32_t row = 0; row < ${rows.length}; row++) {`,
        `  copy_picks(${columnNames}, ${columns.length}, ${run}, ${from(places)}${batchFrom} + ${rowNames}[row], ${into(places)}${batchTo} + row * ${row});`,
        '}',
      ];
      if (batches.length === 1) return lines.join('\n');
      return [
        `for (int32_t batch = 0; batch < ${batches.length}; batch++) {`,
        ...lines.map((line) => `  ${line}`),
        '}',
      ].join('\n');
    },
  };
}

/** RESIZE_NEAREST_NEIGHBOR */
export function nearestNeighbor(step: CStep<unknown, Nearest>): Emission {
  return image(step, nearestAxes(step.prepared));
}

/** BATCH_TO_SPACE_ND */
export function batchToSpace(step: CStep<unknown, Blocks>): Emission {
  return image(step, blockAxes(step.prepared));
}

/** Throws `no-standalone-c`: who computes places may compute one outside, and C would read it. */
function requireConstant(data: unknown): Int32Array {
  if (data instanceof Int32Array) return data;
  throw unsupportedError('no-standalone-c', 'has indices that are computed, which nothing would check');
}

/** Throws `no-standalone-c`. */
function requireInside(at: number, most: number): void {
  if (at >= 0 && at <= most) return;
  throw unsupportedError('no-standalone-c', `takes elements from ${at} on, which do not lie in its input`);
}

export function gather(step: CStep<unknown, Gather>): Emission {
  const { prepared: p, label, inputs, outputs, constants } = step;
  const indices = requireConstant(inputs[1]?.data);
  for (const index of indices) requireInside(index, p.axis - 1);
  const inner = p.inner * elementBytes(outputs[0].type.dtype);
  const picks = constants.add(
    `${label}_picks`,
    indices.map((index) => index * inner),
  );
  const [inputRow, outputRow] = [p.axis * inner, p.picks * inner];
  const own = p.batches === 1 ? picks : `${picks} + row / ${p.outer} * ${p.picks}`;
  return {
    definitions: [COPY_PICKS],
    call: (places) =>
      `for (int32_t row = 0; row < ${p.batches * p.outer}; row++) {
  copy_picks(${own}, ${p.picks}, ${inner}, ${from(places)} + row * ${inputRow}, ${into(places)} + row * ${outputRow});
}`,
  };
}

export function gatherNd(step: CStep<unknown, GatherNd>): Emission {
  const { prepared: p, label, inputs, outputs, constants } = step;
  const indices = requireConstant(inputs[1]?.data);
  const starts = Int32Array.from({ length: p.slices }, (_, slice) =>
    p.strides.reduce((sum, stride, axis) => sum + indices[slice * p.strides.length + axis] * stride, 0),
  );
  for (const start of starts) requireInside(start, p.elements - p.slice);
  const picks = constants.add(`${label}_picks`, inBytes(starts, outputs[0].type));
  const run = p.slice * elementBytes(outputs[0].type.dtype);
  return {
    definitions: [COPY_PICKS],
    call: (places) => `copy_picks(${picks}, ${p.slices}, ${run}, ${from(places)}, ${into(places)});`,
  };
}
