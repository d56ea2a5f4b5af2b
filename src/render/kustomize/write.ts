import type { Json, TrailStep } from '../../model.ts';
import type { Place } from './sources.ts';

/** One place that sets a field, or something around it, on its way through the kustomizations. */
export interface Write {
  place: Place;
  /** Steps of the field's path that the place covers; all of them when it is the field itself. */
  depth: number;
  /** What the field is when this was applied; undefined when that cannot be told. Only where `depth` is whole. */
  value?: Json | undefined;
  /** It takes away what was there. */
  removes?: boolean;
  /** What was there before does not count any more. */
  replaces?: boolean;
  /** From the place on: the kustomization that names it, the origin of the object. */
  trail: TrailStep[];
}
