import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { differencesAsSums } from '../../../src/passes/replace/differences-as-sums.ts';
import { modelObjections } from '../../../src/targets/tflm/model-objections.ts';
import { type FloatBuilder, graphOf, passKinds } from '../run-pass.ts';

const none = { activation: 'none' } as const;
const difference = (b: FloatBuilder, activation: 'none' | 'relu' = 'none') =>
  b.add('sub', 'y', { activation }, [b.in('a', 1, 6), b.in('b', 1, 6)]);

describe('differences-as-sums', () => {
  it('gives the sign to what is taken away, or to a constant beforehand', () => {
    expect(
      passKinds(
        graphOf((b) => [difference(b, 'relu')]),
        differencesAsSums,
      ),
    ).toEqual(['mul', 'add']);
    const graph = graphOf((b) => [b.add('sub', 'y', none, [b.in('x', 2, 3), b.const('c', [1, 3])])]);
    expect(passKinds(graph, differencesAsSums)).toEqual(['add']);
  });

  it("makes an int8 model that Chirale's library runs, near the difference", async () => {
    const graph = graphOf((b) => [
      b.add('sub', 'y', none, [b.const('one', [1], [1]), b.add('logistic', 's', {}, [b.in('x', 1, 8)])]),
    ]);
    const data = Float32Array.from({ length: 32 * 8 }, (_, at) => 4 * Math.sin(at));
    const calibration = arrayRecords({ shape: [32, 8], data });
    const { bytes } = await convertModel(graph, { calibration, library: 'chirale' });
    const { outline } = readOutline(bytes);
    expect(modelObjections('chirale', outline)).toEqual([]);
    const { graph: written } = readTflite(bytes);
    expect(written.nodes.map(({ kind }) => kind)).toEqual(['logistic', 'mul', 'add']);
    const type = (id: number) => written.values.get(id)?.type.quant;
    const [input, output] = [type(written.inputs[0]), type(written.outputs[0])];
    if (input?.scheme !== 'per-tensor' || output?.scheme !== 'per-tensor') throw new Error('no scale');
    const steps = Int8Array.of(-100, -50, -20, 0, 20, 50, 80, 100);
    const [result] = createInterpreter(written).invoke([steps]);
    for (const [at, step] of steps.entries()) {
      const x = (step - input.zeroPoint) * input.scale;
      const y = (Number(result[at]) - output.zeroPoint) * output.scale;
      expect(Math.abs(y - 1 / (1 + Math.exp(x)))).toBeLessThan(0.01);
    }
  });
});
