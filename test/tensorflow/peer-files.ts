/** TensorFlow's own int8 files of the development networks, and what the recipe `tensorflow` makes of the same. */

import { readFileSync } from 'node:fs';
import { readNpyFloat32 } from '../../src/data/records/npy.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { readModel } from '../../src/formats/model-file.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';

interface PeerModel {
  readonly files: { readonly h5: string; readonly x_calib: string };
}

/** Constant channels are kept, so that each has the place that it has in TensorFlow's file. */
const WITHOUT = ['drop-constant-channels'];

export class PeerFiles {
  /** Of the models by name, with its paths relative to `shared`. */
  readonly #models: Readonly<Record<string, PeerModel>>;
  readonly #shared: string;

  /** `shared`: the path of the reference data. */
  constructor(shared: string) {
    this.#shared = shared;
    const text = readFileSync(`${shared}/peer/tensorflow-2.21.json`, 'utf8');
    this.#models = (JSON.parse(text) as { models: Readonly<Record<string, PeerModel>> }).models;
  }

  names(): readonly string[] {
    return Object.keys(this.#models);
  }

  #read(path: string): Uint8Array {
    return readFileSync(`${this.#shared}/${path}`);
  }

  /** By the recipe `tensorflow`, Dense per channel as there. */
  async ours(name: string): Promise<Graph> {
    const { h5, x_calib } = this.#models[name].files;
    const loadShard = (): never => {
      throw new Error('no shards');
    };
    const imported = await readModel(this.#read(h5), { name: h5, loadShard });
    const { bytes } = await convertModel(imported, {
      method: 'tensorflow',
      densePerChannel: true,
      calibration: arrayRecords(readNpyFloat32(this.#read(x_calib))),
      without: WITHOUT,
    });
    return readTflite(bytes).graph;
  }

  /** Of the model with a batch of 1, or as it is. */
  theirs(name: string, batch: 'one' | 'free'): Graph {
    return readTflite(this.#read(`peer/tf221/${name}${batch === 'one' ? '.batch1' : ''}.tflite`)).graph;
  }
}
