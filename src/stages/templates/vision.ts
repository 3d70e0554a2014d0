/**
 * Pictures of parts on a belt, seen from above: grey, 24 × 24. Parts lie anywhere and anyhow, are larger and smaller, brighter
 * or darker than the belt; light falls from one side, the lens is never quite sharp, and every pixel has its noise.
 */

import { createRandom, type Random } from '../../core/random.ts';
import { encodePng } from '../../data/sources/images/encode-png.ts';
import { between, type FilesTemplate, filesByClass } from './template.ts';

const CLASSES = ['bolt', 'nut', 'washer'] as const;
const PICTURES = 120;
const SIDE = 24;
const WHITE = 255;

/** How far a place lies outside of the part, in its own units: the part is about 1 in radius; inside it is negative. */
type Outline = (x: number, y: number) => number;

function rectangle(x: number, y: number, halfWidth: number, halfHeight: number): number {
  return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
}

function ring(outside: number, hole: number, radius: number): number {
  return Math.max(outside, hole - radius);
}

const OUTLINES: Readonly<Record<(typeof CLASSES)[number], (random: Random) => Outline>> = {
  bolt(random) {
    const [head, shaft] = [between(random, 0.38, 0.6), between(random, 0.16, 0.28)];
    const length = between(random, 0.7, 1.1);
    return (x, y) => Math.min(rectangle(x + length, y, 0.22, head), rectangle(x - 0.1, y, length, shaft));
  },
  nut(random) {
    const hole = between(random, 0.3, 0.45);
    return (x, y) => {
      const sixth = Math.PI / 3;
      const angle = Math.atan2(y, x);
      const toSide = Math.cos(angle - sixth * Math.round(angle / sixth));
      const radius = Math.hypot(x, y);
      return ring(radius * toSide - 0.85, hole, radius);
    };
  },
  washer(random) {
    const hole = between(random, 0.55, 0.7);
    return (x, y) => {
      const radius = Math.hypot(x, y);
      return ring(radius - 0.9, hole, radius);
    };
  },
};

function picture(outline: Outline, random: Random): Uint8Array {
  const [size, turn] = [between(random, 6.5, 10), between(random, 0, 2 * Math.PI)];
  const [left, top] = [between(random, 9, 15), between(random, 9, 15)];
  const belt = between(random, 60, 180);
  const part = belt + (random.uniform() < 0.7 ? 1 : -1) * between(random, 45, 85);
  const [blur, noise] = [between(random, 0.4, 1), between(random, 3, 10)];
  const [lightX, lightY] = [between(random, -1.5, 1.5), between(random, -1.5, 1.5)];
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, pixel) => {
    const [column, line] = [pixel % SIDE, Math.floor(pixel / SIDE)];
    const [x, y] = [(column - left) / size, (line - top) / size];
    const outside =
      size * outline(x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn));
    const covered = 1 / (1 + Math.exp((2 * outside) / blur));
    const light = lightX * (column - SIDE / 2) + lightY * (line - SIDE / 2);
    const seen = belt + (part - belt) * covered + light + noise * random.normal();
    return Math.max(0, Math.min(WHITE, Math.round(seen)));
  });
  return encodePng({ width: SIDE, height: SIDE, channels: 1, data, white: WHITE });
}

export const vision: FilesTemplate = {
  request: {},
  files(seed) {
    const random = createRandom(seed, 'template vision');
    return filesByClass(CLASSES, PICTURES, 'png', (name) => picture(OUTLINES[name](random), random));
  },
};
