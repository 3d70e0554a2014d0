/** A whole project of a template: its data, and what tinyml proposes for them. */

import type { DataFile } from '../../core/data-file.ts';
import { bytesInMemory } from '../../core/random-access.ts';
import { type ProjectConfig, parseProject } from '../config.ts';
import { type ProposedProject, proposeProject } from '../proposal/propose-project.ts';
import { TEMPLATES } from './index.ts';
import type { TemplateName } from './names.ts';
import type { ExampleFiles } from './template.ts';

/** The folder of example data, beside the project file. */
export const TEMPLATE_DATA = 'data';

/** What `tinyml init --template` writes. */
export interface TemplateProject {
  readonly project: ProjectConfig;
  /** For the folder `TEMPLATE_DATA`, and what was found in them; absent where a generator makes the samples. */
  readonly data?: { readonly files: ExampleFiles; readonly proposed: ProposedProject };
}

function asListed(files: ExampleFiles): readonly DataFile[] {
  return [...files]
    .map(([path, bytes]) => ({ path, length: bytes.length, open: () => bytesInMemory(bytes) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The project that `tinyml init --from` writes for the template's data; `seed` decides these. */
export async function proposeTemplate(name: TemplateName, seed = 1): Promise<TemplateProject> {
  const template = TEMPLATES[name];
  if ('project' in template) return { project: parseProject(template.project) };
  const files = template.files(seed);
  const found = await proposeProject({ ...template.request, path: TEMPLATE_DATA }, () => asListed(files));
  const { stream } = template;
  const proposed =
    stream === undefined ? found : { ...found, project: parseProject({ ...found.project, stream }) };
  return { project: proposed.project, data: { files, proposed } };
}
