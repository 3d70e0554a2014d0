import { describe, expect, it } from 'vitest';
import { readOutline } from '../../../src/formats/tflite/read-outline.ts';
import { librarySupport } from '../../../src/models/inspect/library-support.ts';
import { BuiltinOperator, type FileOf, fileOf } from '../../formats/tflite/file-of.ts';

const row = { shape: [1, 4] } as const;
const constant = { ...row, data: new Float32Array(4) } as const;
const relu = (input: number, output: number) => ({
  code: BuiltinOperator.RELU,
  inputs: [input],
  outputs: [output],
});

function answers(file: FileOf) {
  return librarySupport(readOutline(fileOf(file)).outline).map(({ ok, answer, refusals }) => ({
    ok,
    answer,
    reasons: refusals.map(({ reason }) => reason),
  }));
}

const everywhere = <T>(value: T): T[] => [value, value, value];

describe('what writes and reads the tensors of a model', () => {
  it('each tensor is written once, before it is read', () => {
    const file = { tensors: [row, row, row], operators: [relu(0, 1), relu(1, 2)], outputs: [2] };
    expect(answers(file)).toEqual(everywhere({ ok: true, answer: 'yes', reasons: [] }));
  });

  it('an input or a constant may be an output', () => {
    const file = { tensors: [row, constant, row], operators: [relu(0, 2)], outputs: [0, 1, 2] };
    expect(answers(file)).toEqual(everywhere({ ok: true, answer: 'yes', reasons: [] }));
  });

  it.each([
    ['no operators', []],
    ['another operator', [relu(0, 1)]],
  ])('an output that nothing writes is refused: %s', (_, operators) => {
    const reasons = ['Nothing writes the output "tensor 2": what is read there is left to chance.'];
    expect(answers({ tensors: [row, row, row], operators, outputs: [2] })).toEqual(
      everywhere({ ok: false, answer: 'no', reasons }),
    );
  });

  it('an input that is a constant is refused', () => {
    const file = { tensors: [row, constant, row], operators: [relu(0, 2)], inputs: [0, 1], outputs: [2] };
    const reasons = ['The input "tensor 1" is a constant, which nobody can set.'];
    expect(answers(file)).toEqual(everywhere({ ok: false, answer: 'no', reasons }));
  });

  it.each([
    ['what another wrote', [relu(0, 2), relu(2, 2)], 2],
    ['the input', [relu(0, 0)], 0],
    ['a constant', [relu(0, 1)], 1],
  ])('nobody has shown what comes of an operator that writes %s', (_, operators, output) => {
    const reasons = [
      `What it makes of this is not known: it writes "tensor ${output}", which holds something already.`,
    ];
    expect(answers({ tensors: [row, constant, row], operators, outputs: [output] })).toEqual(
      everywhere({ ok: false, answer: 'unknown', reasons }),
    );
  });
});
