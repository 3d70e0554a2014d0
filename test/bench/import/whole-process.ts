/** What converting an ONNX file of a megabyte costs, from the command to its end. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../../src/core/random.ts';
import { writeNpy } from '../../../src/data/records/npy.ts';
import { onnxBytes, type TestNode, type TestTensor } from '../../formats/onnx/onnx-file.ts';
import { atMost, formatSeconds, type Outcome } from '../row.ts';
import { median } from '../timing.ts';
import { runMeasured, writePreload } from '../tiny-files/run-measured.ts';

const MOST_SECONDS = 2;
const RUNS = 5;
const SAMPLES = 100;
const SIZE = 32;
const CHANNELS = [3, 32, 64, 128, 128];
const CLASSES = 10;

/** A plain CNN as PyTorch writes it, untrained: four convolutions of 3 by 3 with strides of 2, a mean, a dense layer. */
function megabyteOfOnnx(): Uint8Array {
  const random = createRandom(1, 'bench-onnx');
  const values = (count: number, scale: number) =>
    Array.from({ length: count }, () => (random.uniform() - 0.5) * scale);
  const constants: TestTensor[] = [];
  const nodes: TestNode[] = [];
  for (const [index, inputs] of CHANNELS.slice(0, -1).entries()) {
    const outputs = CHANNELS[index + 1];
    const taps = inputs * 9;
    constants.push({
      name: `w${index}`,
      shape: [outputs, inputs, 3, 3],
      values: values(outputs * taps, Math.sqrt(24 / taps)),
    });
    constants.push({ name: `b${index}`, shape: [outputs], values: values(outputs, 0.1) });
    nodes.push(
      {
        operator: 'Conv',
        inputs: [index === 0 ? 'input' : `a${index - 1}`, `w${index}`, `b${index}`],
        outputs: [`c${index}`],
        attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
      },
      { operator: 'Relu', inputs: [`c${index}`], outputs: [`a${index}`] },
    );
  }
  const width = CHANNELS[CHANNELS.length - 1];
  constants.push({ name: 'w', shape: [CLASSES, width], values: values(CLASSES * width, 0.5) });
  constants.push({ name: 'b', shape: [CLASSES], values: values(CLASSES, 0.1) });
  nodes.push(
    { operator: 'GlobalAveragePool', inputs: [`a${CHANNELS.length - 2}`], outputs: ['mean'] },
    { operator: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
    { operator: 'Gemm', inputs: ['flat', 'w', 'b'], outputs: ['output'], attributes: { transB: 1 } },
  );
  const inputs = [{ name: 'input', shape: [1, CHANNELS[0], SIZE, SIZE] }];
  return onnxBytes({ inputs, outputs: ['output'], nodes, constants });
}

export async function wholeProcess(): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tinyml-bench-'));
  try {
    const model = megabyteOfOnnx();
    const shape = [SAMPLES, CHANNELS[0], SIZE, SIZE];
    const random = createRandom(2, 'bench-onnx');
    const data = Float32Array.from({ length: SAMPLES * CHANNELS[0] * SIZE * SIZE }, () => random.uniform());
    writeFileSync(join(folder, 'net.onnx'), model);
    writeFileSync(join(folder, 'x.npy'), writeNpy('float32', shape, data));
    const preload = writePreload(folder);
    const seconds: number[] = [];
    const processor: number[] = [];
    let peak = 0;
    for (let run = 0; run < RUNS; run++) {
      const line = ['convert', 'net.onnx', '--int8', '--calibration', 'x.npy', '-o', 'net.tflite'];
      const measured = await runMeasured(preload, folder, line);
      if (measured.code !== 0) throw new Error(`convert ended with ${measured.code}`);
      seconds.push(measured.seconds);
      processor.push(measured.cpuSeconds);
      peak = Math.max(peak, measured.peakMb);
    }
    return [
      {
        name: 'an ONNX file of a megabyte to int8, whole process',
        value: median(seconds),
        unit: 's',
        target: atMost(MOST_SECONDS),
        how: `${model.length} bytes, ${SAMPLES} samples of 3×32×32, ${nodesInWords()}; ${formatSeconds(median(processor))} of processor time; peak ${peak.toFixed(0)} MB; median of ${RUNS}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function nodesInWords(): string {
  return `${CHANNELS.length - 1} convolutions and a dense layer`;
}
