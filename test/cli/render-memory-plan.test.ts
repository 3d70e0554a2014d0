import { describe, expect, it } from 'vitest';
import { renderMemoryPlan } from '../../src/cli/render/memory-plan-text.ts';
import type { MemoryBox, MemoryPicture } from '../../src/targets/plots/memory-picture.ts';

function box(label: string, offset: number, bytes: number, first: number, last: number): MemoryBox {
  return { label, offset, bytes, first, last, kind: 'activation' };
}

const PICTURE: MemoryPicture = {
  title: 'm.tflite, x86-64',
  steps: ['input', 'CONV_2D', 'ADD', 'SOFTMAX'],
  boxes: [
    { ...box('x', 0, 1024, 0, 2), kind: 'input' },
    { ...box('y', 0, 16, 3, 3), kind: 'output' },
    box('h', 1024, 512, 1, 2),
    { ...box('scratch of CONV_2D 0', 1600, 400, 1, 1), kind: 'scratch' },
  ],
  headBytes: 2000,
  arena: { tailBytes: 1640, minimumBytes: 4000 },
  unknownOperators: [],
};

describe('renderMemoryPlan', () => {
  it('lists the buffers, draws them, and says what sets the peak', () => {
    expect(
      renderMemoryPlan(PICTURE),
    ).toBe(`m.tflite, x86-64: 2,000 bytes of activations and scratch memory, behind them 1,640 persistent

   offset  bytes  steps  kind        name
a       0  1,024    0–2  input       x
b       0     16      3  output      y
c   1,024    512    1–2  activation  h
d   1,600    400      1  scratch     scratch of CONV_2D 0
step 0 is before the first operator; then 1 CONV_2D, 2 ADD, 3 SOFTMAX

2,000 ┐
1,600 │··dd····
1,536 │········
1,024 │··cccc··
   16 │aaaaaa··
    0 │aaaaaabb
      └────────
       0 1 2 3  step, last digit

peak: 2,000 bytes at step 1, CONV_2D: x (1,024) + h (512) + scratch of CONV_2D 0 (400), and 64 bytes that fit nothing
`);
  });

  it('draws many buffers in rows of equal height', () => {
    const boxes = Array.from({ length: 80 }, (_, index) =>
      box(`t${index}`, index * 112, 112, index, index + 1),
    );
    const steps = Array.from({ length: 81 }, (_, step) => `OP_${step}`);
    const lines = renderMemoryPlan({ ...PICTURE, boxes, steps, headBytes: 80 * 112 }).split('\n');
    const rows = lines.filter((line) => line.includes('│'));
    expect(rows).toHaveLength(24);
    expect(rows.at(-1)).toBe(`    0 │aabcd${'·'.repeat(76)}`);
    expect(rows[0]).toBe(`8,832 │${'·'.repeat(78)}###`);
  });

  it('leaves out pictures that fit no terminal, and says what is not known', () => {
    const steps = Array.from({ length: 200 }, () => 'ADD');
    const text = renderMemoryPlan({ ...PICTURE, steps, unknownOperators: ['SVDF'] });
    expect(text).toContain('200 steps are too many to draw here; use --plan-svg.');
    expect(text).toContain('1,640 persistent; the memory of SVDF is not known\n');
    const empty = renderMemoryPlan({ ...PICTURE, boxes: [], headBytes: 0, steps: ['input'] });
    expect(empty).toContain('no operator needs memory for activations');
  });

  it('lets no name move the cursor', () => {
    const nasty = '\u001b[2J\nx';
    const text = renderMemoryPlan({
      ...PICTURE,
      title: nasty,
      boxes: [box(nasty, 0, 16, 0, 1)],
      steps: [nasty, nasty],
      unknownOperators: [nasty],
    });
    expect(text).not.toContain('\u001b');
    expect(text.split('\n').some((line) => line.startsWith('x'))).toBe(false);
  });
});
