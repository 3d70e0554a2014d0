/**
 * Interpolation that no operator of TFLM makes as the file wants it: along each axis every pixel of the output is a sum of
 * pixels of the input with known shares, a layer without a bias.
 */

import { unsupportedError } from '../../core/errors.ts';
import type { Operand } from '../lowering/graph-writer.ts';
import { asImage } from './images.ts';
import type { OnnxNode } from './node.ts';
import { placeOf, type Resized } from './resize-request.ts';

/** What a pixel at a distance gives, to which distance. */
interface Kernel {
  readonly radius: number;
  share(distance: number): number;
}

const LINEAR: Kernel = { radius: 1, share: (distance) => Math.max(0, 1 - distance) };

/** Keys' cubic convolution. */
function cubic(a: number): Kernel {
  return {
    radius: 2,
    share: (d) => (d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a),
  };
}

interface Interpolation {
  readonly kernel: Kernel;
  readonly coordinates: string;
  /** The kernel is as much wider as the image becomes smaller. */
  readonly isAntialiased: boolean;
  /** Pixels beyond the border count for nothing, instead of as the one at the border. */
  readonly excludesOutside: boolean;
}

/** Shares of the pixels of an axis, [output, input]; rows of zeros where a crop lies outside. */
function sharesAlong(axis: Resized, interpolation: Interpolation): Float32Array {
  const { kernel, coordinates, isAntialiased, excludesOutside } = interpolation;
  const { from, to, crop } = axis;
  const narrowing = isAntialiased ? Math.min(axis.scale, 1) : 1;
  const reach = Math.min(kernel.radius / narrowing, from + kernel.radius);
  const shares = new Float32Array(to * from);
  for (let at = 0; at < to; at++) {
    const place = placeOf(coordinates, axis, at);
    if (crop !== undefined && !(place >= 0 && place <= from - 1)) continue;
    const row = new Float64Array(from);
    let sum = 0;
    for (let tap = Math.ceil(place - reach); tap <= place + reach; tap++) {
      if (excludesOutside && (tap < 0 || tap >= from)) continue;
      const share = kernel.share(Math.abs(tap - place) * narrowing);
      row[Math.min(Math.max(tap, 0), from - 1)] += share;
      sum += share;
    }
    for (const [pixel, share] of row.entries()) shares[at * from + pixel] = share / sum;
  }
  return shares;
}

const LAST_TWO_SWAPPED = [0, 1, 3, 2];

/** Of the largest layer that is worth it: more shares are more flash than the image. */
const MOST_SHARES = 2 ** 20;

/** Input 0 of the node, resized along its spatial axes: `axes` are height and width. */
export function resizedByShares(
  node: OnnxNode,
  coordinates: string,
  axes: readonly [Resized, Resized],
): Operand {
  const interpolation: Interpolation = {
    kernel: node.text('mode') === 'cubic' ? cubic(node.float('cubic_coeff_a', -0.75)) : LINEAR,
    coordinates,
    isAntialiased: node.integer('antialias', 0) === 1,
    excludesOutside: node.integer('exclude_outside', 0) === 1,
  };
  if (node.float('extrapolation_value', 0) !== 0 && axes.some(({ crop }) => crop !== undefined)) {
    throw unsupportedError(
      'unsupported-attribute',
      'its "extrapolation_value" is not 0.',
      'Pad the image before it is resized.',
    );
  }
  const along = (part: string, image: Operand, axis: Resized): Operand => {
    if (axis.from * axis.to > MOST_SHARES) {
      throw unsupportedError(
        'unsupported-resize',
        `it makes ${axis.to} of ${axis.from} pixels, each with shares of its own.`,
        'Resize with mode "nearest", or "linear" to a whole multiple of the size.',
      );
    }
    const shares = node.constant(`${part}/shares`, [axis.to, axis.from], sharesAlong(axis, interpolation));
    return node.add('fully_connected', part, { activation: 'none', keepNumDims: true }, [image, shares]);
  };
  const isLine = node.input(0).type.shape.length === 3;
  const columns = along('columns', asImage(node, node.input(0)), axes[1]);
  if (isLine) {
    const [batch, channels, , width] = columns.type.shape;
    return node.reshape('narrow', columns, [batch, channels, width]);
  }
  const turned = node.transpose('columns/turned', columns, LAST_TWO_SWAPPED);
  return node.transpose('rows/turned', along('rows', turned, axes[0]), LAST_TWO_SWAPPED);
}
