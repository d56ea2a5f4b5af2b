import type { KustomizeUnit, Resource, SourceLocation } from '../../model.ts';
import { wholeFile } from '../place.ts';
import type { RenderContext } from '../renderer.ts';
import type { Closure } from './graph.ts';

/** A finished build, with what it takes to build it again. */
export interface KustomizeRender {
  unit: KustomizeUnit;
  context: RenderContext;
  /** As kustomize printed it, origin annotations included; the resources' spans are lines of it. */
  text: string;
  closure: Closure;
}

/** The file the object came from; the root's kustomization when that is unknown. */
export function traceKustomize({ closure, unit }: KustomizeRender, resource: Resource): Promise<SourceLocation> {
  return Promise.resolve(wholeFile(resource.origin.file || (closure.kustomization ?? unit.root)));
}
