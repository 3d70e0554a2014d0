/** A project's report as the text of one HTML file. */

import type { ArtifactStore } from '../../artifacts/store.ts';
import { type PageOptions, pageHtml } from '../../targets/report/page-html.ts';
import { projectPage, type ReportOptions } from './project-page.ts';

/** Everything that the current artifacts of the project say; equal artifacts give equal bytes. Throws what reading them throws. */
export async function projectReport(
  store: Pick<ArtifactStore, 'latest' | 'progress'>,
  options: ReportOptions & PageOptions,
): Promise<string> {
  return pageHtml(await projectPage(store, options), options);
}
