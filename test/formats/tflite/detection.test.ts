/** TFLite_Detection_PostProcess, as TensorFlow's detectors end: read, written, planned, exported. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'flatbuffers/js/flexbuffers.js';
import { afterAll, describe, expect, it } from 'vitest';
import { readDetectionOptions } from '../../../src/formats/tflite/codecs/detection-codecs.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { planArena } from '../../../src/planner/plan-arena.ts';
import { makeFolder, removeFolders, runMain } from '../../cli/run-main.ts';
import { DETECTION, detectionGraph } from './detection-models.ts';

afterAll(removeFolders);

const OPTIONS = {
  max_detections: 3,
  max_classes_per_detection: 1,
  num_classes: 2,
  nms_score_threshold: 0.25,
  nms_iou_threshold: 0.5,
  y_scale: 10,
  x_scale: 10,
  h_scale: 5,
  w_scale: 5,
};

describe('the options', () => {
  it('are read with what TensorFlow Lite takes where they say nothing', () => {
    expect(readDetectionOptions(encode(OPTIONS))).toEqual(DETECTION);
    const said = { ...OPTIONS, detections_per_class: 7, use_regular_nms: true };
    expect(readDetectionOptions(encode(said))).toEqual({
      ...DETECTION,
      detectionsPerClass: 7,
      perClass: true,
    });
  });

  it('stand in the file as they were', () => {
    const { graph } = readTflite(writeTflite(detectionGraph({ perClass: true })));
    expect(graph.nodes[0].attributes).toEqual({ ...DETECTION, perClass: true });
    expect(writeTflite(graph)).toEqual(writeTflite(detectionGraph({ perClass: true })));
  });

  it.each([
    [{ maxClassesPerDetection: 2 }, 'beyond its outputs'],
    [{ classes: 4 }, '3 scores for 4 classes'],
    [{ perClass: true, maxDetections: 1 }, 'for which TensorFlow Lite Micro has no room'],
  ])('%j are refused', (changes, sentence) => {
    expect(() => detectionGraph(changes)).toThrow(sentence);
  });
});

it('takes of the arena what TensorFlow Lite Micro takes', () => {
  const { outline } = readOutline(writeTflite(detectionGraph()));
  // Measured with TensorFlow Lite Micro at 90b983c2: it refuses an arena of 2,335 bytes.
  expect(planArena(outline, 'x86-64')).toMatchObject({
    usedBytes: 2080,
    minimumBytes: 2336,
    unknownOperators: [],
  });
  expect(planArena(outline, 'chirale').unknownOperators).not.toEqual([]);
});

it('ends the inference where a box has no height', () => {
  const interpreter = createInterpreter(detectionGraph());
  const boxes = new Float32Array(24).fill(-1e9);
  expect(() => interpreter.invoke([boxes, new Float32Array(18)])).toThrow(
    'decodes box 0 to one without height',
  );
});

describe('a model that ends in it, on the command line', () => {
  async function run(changes: Parameters<typeof detectionGraph>[0], ...argv: readonly string[]) {
    const folder = makeFolder();
    writeFileSync(join(folder, 'ssd.tflite'), writeTflite(detectionGraph(changes)));
    return { folder, ...(await runMain(folder, argv)) };
  }

  it('is described with its options', async () => {
    const { code, stdout } = await run({}, 'inspect', 'ssd.tflite', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).operators[0]).toMatchObject({
      operator: 'TFLITE_DETECTION_POSTPROCESS',
      attributes: DETECTION,
    });
  });

  it('keeps it when it is written anew', async () => {
    const { folder, code } = await run({}, 'convert', 'ssd.tflite', '--float', '-o', 'new.tflite');
    expect(code).toBe(0);
    const { graph } = readTflite(readFileSync(join(folder, 'new.tflite')));
    expect(graph.nodes.map(({ attributes }) => attributes)).toEqual([DETECTION]);
  });

  it('becomes firmware that compares nothing where the rest of the outputs is left as it was', async () => {
    const { folder, code, stderr } = await run({}, 'export-c', 'ssd.tflite', '--tflm', 'fw');
    expect([code, stderr]).toEqual([0, expect.stringContaining('compares nothing')]);
    expect(readFileSync(join(folder, 'fw', 'op_resolver.h'), 'utf8')).toContain('AddDetectionPostprocess()');
    expect((await run({ perClass: true }, 'export-c', 'ssd.tflite', '--tflm', 'fw')).stderr).toBe('');
  });

  it.each([
    [['--standalone', 'c'], 'written for TensorFlow Lite Micro alone'],
    [['--arduino', 'sketch'], 'never compared'],
  ])('is refused for %j', async (options, sentence) => {
    const { code, stderr } = await run({ perClass: true }, 'export-c', 'ssd.tflite', ...options);
    expect([code, stderr]).toEqual([4, expect.stringContaining(sentence)]);
  });
});
