/** What a draw of people for units becomes: a sealed visit, or an assignment, for each unit. Pure. */
import type { Draw } from './draw';

export interface Plan {
  readonly checklists: readonly string[];
  readonly mode: string;
  /** Days: until when an assignment is due; on which a sealed visit takes place. */
  readonly day: string;
  readonly opens: string;
  readonly ends: string;
}

export interface Order {
  readonly unit: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const moment = (day: string, time: string): number => new Date(`${day}T${time}`).getTime();

/** Somebody drawn for it must stand aside by now: nobody is sent before they are replaced. */
export const isHeld = (draw: Draw, slot: string): boolean => draw.recused.some((one) => one.slot === slot);

/** The first one drawn leads. Sent twice, each is made once: its identifier follows from the draw. */
export const ordersOf = (draw: Draw, plan: Plan): readonly Order[] =>
  draw.standing.flatMap(({ slot, ids }): readonly Order[] => {
    const id = draw.plan_ids[slot];
    const [lead] = ids;
    if (id === undefined || lead === undefined || isHeld(draw, slot)) return [];
    const common = { id, unit_id: slot, title: draw.purpose, checklist_keys: plan.checklists, mode: plan.mode };
    if (draw.secret) {
      const times = { opens_at: moment(plan.day, plan.opens), ends_at: moment(plan.day, plan.ends) };
      return [{ unit: slot, path: '/api/visits', body: { ...common, ...times, leader_id: lead, member_ids: ids.slice(1), draw_id: draw.id } }];
    }
    return [{ unit: slot, path: '/api/assignments', body: { ...common, due_on: plan.day, lead_id: lead, inspector_ids: ids, location_ids: [], note: draw.code } }];
  });
