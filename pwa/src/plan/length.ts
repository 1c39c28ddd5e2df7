/** How long a visit will take, in words one can plan by. */

import type { Context, Definition } from '@/engine/definition';
import { estimate, type Style } from '@/engine/estimate';

/** Times of one checklist, measured at submitted visits. */
export interface Times {
  readonly visits: number;
  readonly items: Readonly<Record<string, number>>;
}

export const NO_TIMES: Times = { visits: 0, items: {} };

export interface Length {
  readonly lines: number;
  readonly minutes: number;
  /** How many visits stand behind it; 0 when most of it is estimated. */
  readonly visits: number;
}

export function lengthOf(definition: Definition, context: Context, times: Times, style: Style): Length {
  const { lines, measured, seconds } = estimate(definition, context, {}, times.items, style);
  return { lines, minutes: Math.max(1, Math.ceil(seconds / 60)), visits: measured * 2 > lines ? times.visits : 0 };
}
