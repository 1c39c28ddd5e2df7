/** The address that begins a visit; the walk itself belongs to another feature. */
import type { RouteLocationRaw } from 'vue-router';

export interface StartWish {
  readonly assignment?: string | undefined;
  readonly checklist: string;
  readonly unit: string;
  readonly location?: string | undefined;
}

export function startRoute({ assignment, checklist, unit, location }: StartWish): RouteLocationRaw {
  return {
    path: '/inspections/new',
    query: { checklist, unit, ...(assignment ? { assignment } : {}), ...(location ? { location } : {}) },
  };
}
