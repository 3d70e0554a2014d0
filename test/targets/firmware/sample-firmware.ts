/** Firmware of recorded one-operator models, with an arena figure instead of the planner's. */

import { sha256 } from '../../../src/core/digest.ts';
import { bytesOf, type TensorType } from '../../../src/core/tensor.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { writeTflite } from '../../../src/formats/tflite/write.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { randomVectors } from '../../../src/models/firmware/golden-vectors.ts';
import type { AttributesOf, OpKind } from '../../../src/ops/index.ts';
import { type Firmware, type FirmwareFile, firmwareTensor } from '../../../src/targets/firmware/firmware.ts';
import { STUB_MODEL, stubModelSource } from '../../cross/stub-model.ts';
import { fixture } from '../../fixtures.ts';
import { oneNode } from '../../ops/one-node.ts';

export const SAMPLE_ARENA_BYTES = 1072;

/** Firmware of `fixtures/tflm/<name>.tflite`, with what a test wants otherwise. */
export function sampleFirmware(name: string, changes: Partial<Firmware> = {}): Firmware {
  return firmwareOf(fixture('tflm', `${name}.tflite`), changes);
}

/** Firmware of a model of one operator. */
export function nodeFirmware<Kind extends OpKind>(
  kind: Kind,
  attributes: AttributesOf<Kind>,
  types: { readonly inputs: readonly TensorType[]; readonly output: TensorType },
  changes: Partial<Firmware> = {},
): Firmware {
  const graph = oneNode(
    kind,
    attributes,
    types.inputs.map((type) => ({ type })),
    types.output,
  );
  return firmwareOf(writeTflite(graph), changes);
}

function firmwareOf(model: Uint8Array, changes: Partial<Firmware>): Firmware {
  const { graph, container } = readTflite(model);
  const tensors = (role: 'input' | 'output') =>
    (role === 'input' ? graph.inputs : graph.outputs).map((id) => {
      const value = getValue(graph, id);
      return firmwareTensor(role, { name: value.name, ...value.type });
    });
  return {
    model,
    arrayName: 'g_model',
    digest: sha256(model),
    library: 'chirale',
    inputs: tensors('input'),
    outputs: tensors('output'),
    operators: container.operatorCodes.map((code) => code.name),
    arena: [{ target: 'chirale', bytes: SAMPLE_ARENA_BYTES, unknownOperators: [] }],
    vectors: randomVectors(graph, 1, 5),
    vectorSource: 'three constant ones, then random ones of seed 1',
    isStateful: false,
    cmsisNnDiffers: [],
    bitExact: true,
    ...changes,
  };
}

export function textOf(files: readonly FirmwareFile[], path: string): string {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`no file ${path} among ${files.map((one) => one.path).join(', ')}`);
  return file.text;
}

function concatenated(arrays: readonly ArrayBufferView[]): Uint8Array {
  return Uint8Array.from(arrays.flatMap((array) => Array.from(bytesOf(array))));
}

function types(firmware: Firmware, role: 'inputs' | 'outputs'): TensorType[] {
  return firmware[role].map(({ element, shape, quant }) => ({
    dtype: element,
    shape,
    ...(quant === undefined ? {} : { quant }),
  }));
}

/** Sources for the cross compiler: the generated ones, and a stub interpreter that answers as tinyml's does. */
export function programSources(firmware: Firmware, files: readonly FirmwareFile[]): Record<string, string> {
  return {
    ...Object.fromEntries(files.map(({ path, text }) => [path, text])),
    [STUB_MODEL]: stubModelSource({
      inputs: types(firmware, 'inputs'),
      outputs: types(firmware, 'outputs'),
      operators: firmware.operators,
      ...(firmware.variables === undefined ? {} : { variables: firmware.variables }),
      arenaBytes: SAMPLE_ARENA_BYTES,
      records: firmware.vectors.map(({ inputs, outputs }) => ({
        input: concatenated(inputs),
        output: concatenated(outputs),
      })),
    }),
  };
}
