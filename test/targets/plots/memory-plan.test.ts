import { describe, expect, it } from 'vitest';
import type { MemoryBox, MemoryPicture } from '../../../src/targets/plots/memory-picture.ts';
import { memoryPeak } from '../../../src/targets/plots/memory-picture.ts';
import { memoryPlanSvg } from '../../../src/targets/plots/memory-plan.ts';
import { spokenWords, svgTexts as svgTextsOf } from './svg-text.ts';

function svgTexts(svg: string): string[] {
  return svgTextsOf(svg, 'width="1000"');
}

function box(label: string, offset: number, bytes: number, first: number, last: number): MemoryBox {
  return { label, offset, bytes, first, last, kind: 'activation' };
}

function picture(boxes: readonly MemoryBox[], steps: readonly string[]): MemoryPicture {
  const headBytes = boxes.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes), 0);
  return {
    title: 'm.tflite',
    steps,
    boxes,
    headBytes,
    arena: { tailBytes: 640, minimumBytes: headBytes + 1000 },
    unknownOperators: [],
  };
}

const SMALL = picture(
  [
    { ...box('x', 0, 3200, 0, 1), kind: 'input' },
    { ...box('y', 0, 16, 3, 3), kind: 'output' },
    box('hidden', 3200, 12800, 1, 2),
    { ...box('scratch of CONV_2D 0', 16000, 320, 1, 1), kind: 'scratch' },
    box('b', 0, 1600, 2, 3),
  ],
  ['input', 'CONV_2D', 'CONV_2D', 'SOFTMAX'],
);

/** Boxes of a chain of operators, each half as high as the one before. */
function chain(length: number): MemoryPicture {
  const boxes = Array.from({ length }, (_, step) =>
    box(
      `model/layer_${step}/Relu;model/bias`,
      step % 2 === 0 ? 0 : 8192,
      Math.max(16, 8192 >> step),
      step,
      step + 1,
    ),
  );
  return picture(boxes, ['input', ...Array.from({ length }, () => 'DEPTHWISE_CONV_2D')]);
}

describe('memoryPeak', () => {
  it('is the step in which most is in use, of those that reach the top', () => {
    expect(memoryPeak(SMALL)).toEqual({
      step: 1,
      boxes: [SMALL.boxes[2], SMALL.boxes[0], SMALL.boxes[3]],
      freeBytes: 0,
    });
  });

  it('tells of bytes that fit nothing', () => {
    const gap = picture(
      [box('a', 0, 100, 0, 0), box('b', 160, 100, 0, 3), box('c', 0, 64, 2, 2)],
      ['', '', '', ''],
    );
    expect(memoryPeak(gap)).toMatchObject({ step: 0, freeBytes: 60 });
    expect(memoryPeak(picture([], ['input']))).toBeUndefined();
  });
});

describe('memoryPlanSvg', () => {
  it('draws every buffer where it lies, and says what sets the peak', () => {
    const svg = memoryPlanSvg(SMALL);
    const texts = svgTexts(svg);
    expect(texts).toEqual(
      expect.arrayContaining([
        'Memory plan: m.tflite',
        '16,320 bytes of activations + 640 persistent = 16,960 used; least arena that works: 17,320',
        'peak: 16,320 bytes at step 1',
        '1 CONV_2D',
        '3 SOFTMAX',
        'x (input): 3,200 bytes at 0, steps 0–1',
        'y (output): 16 bytes at 0, step 3',
        'scratch of CONV_2D 0: 320 bytes at 16,000, step 1',
      ]),
    );
    expect(spokenWords(svg)).toEqual(texts.slice(0, 2));
    // 890 pixels for four steps, 400 for 16,320 bytes: the hidden layer from step 1 on, above 3,200 bytes.
    expect(svg).toContain(
      '<rect x="309" y="91.84" width="444" height="313.73" fill="#a9dcc3" stroke="#1f2328" stroke-width="1.4"/>',
    );
    expect(svg.match(/<g><title>/g)).toHaveLength(5);
    expect(svg.match(/url\(#scratch\)/g)).toHaveLength(2);
  });

  it.each([1, 3, 30, 300])('%i operators: every text stays inside the picture', (length) => {
    const svg = memoryPlanSvg(chain(length));
    const [, height] = svg.match(/height="(\d+)" viewBox/) ?? [];
    for (const [, x, y] of svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThanOrEqual(1000);
      expect(Number(y)).toBeLessThan(Number(height));
    }
    expect(svgTexts(svg).some((text) => text.startsWith('and 220 smaller buffers'))).toBe(length === 300);
    expect(memoryPlanSvg(chain(length))).toBe(svg);
  });

  it('says that figures are lower bounds', () => {
    expect(svgTexts(memoryPlanSvg({ ...SMALL, unknownOperators: ['SVDF'] }))[1]).toContain(
      'used; least arena that works: 17,320 (lower bounds: the memory of SVDF is not known)',
    );
  });

  it('escapes names', () => {
    const nasty = '"><script>alert(1)</script>&\u0000\ud800\u202e';
    const svg = memoryPlanSvg({
      ...picture([box(nasty, 0, 64, 0, 1)], [nasty, nasty]),
      title: nasty,
      unknownOperators: [nasty],
    });
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;���');
    svgTexts(svg);
  });

  it('draws a plan without buffers', () => {
    const texts = svgTexts(memoryPlanSvg(picture([], ['input'])));
    expect(texts[1]).toBe(
      '0 bytes of activations + 640 persistent = 640 used; least arena that works: 1,000',
    );
    expect(texts.some((text) => text.startsWith('peak'))).toBe(false);
  });
});
