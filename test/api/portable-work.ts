/** The same work for Node and for a browser: what they make of a model file and of a project must be the same bytes. */

import type * as Tinyml from '../../src/browser.ts';

/** SHA-256 of everything that was made, by name. */
export type Digests = Readonly<Record<string, string>>;

type Api = typeof Tinyml;

async function digestOf(content: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', content.slice());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whole numbers alone: engines may round sines differently. */
function calibration({ arrayRecords }: Api): Tinyml.RecordSource {
  const data = Float32Array.from({ length: 20 * 6 * 6 * 2 }, (_, i) => (i % 17) / 8 - 1);
  return arrayRecords({ shape: [20, 6, 6, 2], data });
}

const PROJECT: Tinyml.ProjectInput = {
  dataset: { source: 'sine', samples: 200 },
  training: { epochs: 3 },
  quantization: { samples: 50 },
};

/** A model file to `.tflite`, to outputs and to C; and a project, from its data to its evaluation. */
export async function doWork(api: Api, name: string, file: Uint8Array): Promise<Digests> {
  const records = calibration(api);
  const model = await api.readModel(file, { name });
  const { bytes } = await api.convertModel(model, { calibration: records });
  const outputs = await api.predictAll(api.readTflmModel(bytes).graph, records);
  const sources = api.exportArray(bytes, { style: 'tflm', name: 'g_model' });
  const svg = api.memoryPlanSvg(
    api.memoryPicture(api.readOutline(bytes).outline, api.inspectModel(bytes).plans[0], name),
  );

  const project = new api.Pipeline({ config: api.parseProject(PROJECT), store: api.memoryStore() });
  const { artifact } = await project.run('convert');
  const evaluation = await project.run('evaluate');
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const made: Readonly<Record<string, Uint8Array>> = {
    model: bytes,
    outputs: api.bytesOf(outputs.data),
    'C source': text(Object.values(sources).join('')),
    'memory plan': text(svg),
    'model of the project': artifact.read(api.MODEL_FILE),
    'evaluation of the project': text(evaluation.artifact.readText('evaluation.json')),
  };
  const digests = Object.entries(made).map(async ([what, content]) => [what, await digestOf(content)]);
  return Object.fromEntries(await Promise.all(digests));
}
