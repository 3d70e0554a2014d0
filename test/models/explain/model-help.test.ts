import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { explainText } from '../../../src/models/explain/explain.ts';
import { modelHelp } from '../../../src/models/explain/model-help.ts';
import { everyOperator, float32, sineNet } from '../../formats/tflite/models.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const sine = modelHelp(writeTflite(sineNet()), 'sine.tflite');

function first(text: string, model = sine) {
  const [explained] = explainText(text, model);
  return explained;
}

describe('what a model says', () => {
  it('is the resolver with exactly its operators', () => {
    expect(sine.resolverCode).toBe(
      'static tflite::MicroMutableOpResolver<1> resolver;\nresolver.AddFullyConnected();',
    );
    const every = modelHelp(writeTflite(everyOperator()), 'every.tflite');
    const count = every.resolverCode.match(/resolver\.Add\w+\(\);/g)?.length ?? 0;
    expect(count).toBeGreaterThan(10);
    expect(every.resolverCode).toContain(`MicroMutableOpResolver<${count}>`);
  });

  it('is where weights are int8 and activations are not', () => {
    expect(sine.hybrid).toEqual([]);
    const graph = sineNet();
    const values = new Map(
      [...graph.values].map(([id, value]) =>
        value.data === undefined ? [id, { ...value, type: float32(...value.type.shape) }] : [id, value],
      ),
    );
    const model = modelHelp(writeTflite({ ...graph, values }), 'hybrid.tflite');
    expect(first('Hybrid models are not supported on TFLite Micro.', model)?.cause).toContain(
      'In hybrid.tflite: FULLY_CONNECTED (number 0), FULLY_CONNECTED (number 1), FULLY_CONNECTED (number 2).',
    );
  });
});

describe('messages with the model they are about', () => {
  it('give the code that registers the operators', () => {
    const missing = first("Didn't find op for builtin opcode 'FULLY_CONNECTED' version '4'");
    expect(missing?.code).toBe(sine.resolverCode);
    expect(missing?.cause).not.toContain('another model');
    expect(first("Couldn't register builtin op #9, resolver size is too small (0).")?.code).toBe(
      sine.resolverCode,
    );
  });

  it('tell that the program holds another model', () => {
    expect(first("Didn't find op for builtin opcode 'CONV_2D'")?.cause).toContain(
      'sine.tflite does not use CONV_2D: the program holds another model.',
    );
    expect(first('Node CONV_2D (number 1) failed to prepare with status 1')?.cause).toContain(
      'number 1 is FULLY_CONNECTED: int8 [1, 16], int8 [16, 16] constant, int32 [16] constant to int8 [1, 16]: the program holds another model.',
    );
  });

  it('describe the operator that refuses', () => {
    expect(first('Node FULLY_CONNECTED (number 2f) failed to prepare with status 1')?.cause).toContain(
      'In sine.tflite it is FULLY_CONNECTED: int8 [1, 16], int8 [1, 16] constant, int32 [1] constant to int8 [1, 1].',
    );
  });

  const hello = sharedPath('models', 'tflm', 'hello_world_int8.tflite');
  it.skipIf(hello === undefined)(
    `give the arena that was measured ${hello === undefined ? NO_SHARED : ''}`,
    () => {
      const help = modelHelp(readFileSync(hello ?? ''), 'hello.tflite');
      const { code, cure } =
        first('Failed to resize buffer. Requested: 400, available 100, missing: 300', help) ?? {};
      expect(cure).toContain('cortex-m-reference 1072, cortex-m-cmsis-nn 1168');
      const largest = Math.max(...help.arenas.map(({ bytes }) => bytes));
      expect(code).toContain(`constexpr int kTensorArenaSize = ${largest};`);
      expect(largest).toBeGreaterThanOrEqual(1168);
    },
  );

  const lstm = sharedPath('models', 'tflm', 'trained_lstm_int8.tflite');
  it.skipIf(lstm === undefined)(
    `of any file, also of one that tinyml does not compute ${lstm === undefined ? NO_SHARED : ''}`,
    () => {
      const help = modelHelp(readFileSync(lstm ?? ''), 'lstm.tflite');
      expect(help.resolverCode).toContain('resolver.AddUnidirectionalSequenceLSTM();');
      expect(explainText('AllocateTensors() failed', help)[0]?.cure).toContain('--model lstm.tflite');
    },
  );
});
