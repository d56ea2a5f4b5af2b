import type { RenderUnit } from '../model.ts';
import { helmRenderer } from './helm/render.ts';
import { kustomizeRenderer } from './kustomize/render.ts';
import { plainRenderer } from './plain/render.ts';
import type { Renderer } from './renderer.ts';

const renderers = [helmRenderer, kustomizeRenderer, plainRenderer];

/** The renderer for a unit; it takes units of that kind only. */
export function rendererOf(unit: RenderUnit): Renderer {
  const found = renderers.find(({ kind }) => kind === unit.kind);
  if (found === undefined) throw new Error(`no renderer for ${unit.kind}`);
  return found;
}
