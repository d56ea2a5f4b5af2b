import type { HelmUnit, Resource, SourceLocation } from '../../model.ts';
import { join } from '../paths.ts';
import { wholeFile } from '../place.ts';
import type { RenderContext } from '../renderer.ts';
import type { Sources } from './source.ts';

/** A finished render, with what it takes to render it again. */
export interface HelmRender {
  unit: HelmUnit;
  context: RenderContext;
  /** As helm printed it; the resources' spans are lines of it. */
  text: string;
  sources: Sources;
}

/** The template the object came from. */
export function traceHelm(render: HelmRender, resource: Resource): Promise<SourceLocation> {
  return Promise.resolve(wholeFile(resource.origin.file || join(render.unit.root, 'Chart.yaml')));
}
