/** Decisions on hazards that may be major: what was decided, and by which criteria one may decide. Pure. */
import type { Hazard, HazardStep } from '@/data/records';
import { findEntry, isInForce, type CriteriaEntry } from '@/engine/criteria';
import { actionOf } from '@/engine/workflow';
import type { KnownList } from '@/major/lists';

export interface Choice {
  readonly ref: string;
  readonly list: KnownList;
  readonly entry: CriteriaEntry;
  readonly rank: 'candidate' | 'fitting' | 'other';
}

/** Steps that decided; a word that came too late is a remark. */
export const isDecision = (step: HazardStep): boolean => (actionOf(step.action)?.outcome ?? null) !== null;

export const decisionsSeen = (hazard: Pick<Hazard, 'steps'>): number => hazard.steps.filter(isDecision).length;

const RANKS = ['candidate', 'fitting', 'other'] as const;

/** The criteria one may decide by on a day: the candidates of this hazard first, then those of its area. */
export function choicesFor(hazard: Hazard, lists: readonly KnownList[], day: string): Choice[] {
  const all = lists
    .filter(({ concept }) => concept === 'major')
    .flatMap((list) =>
      list.entries
        .filter((entry) => isInForce(list, entry, day))
        .map((entry) => ({ ref: `${list.key}.${entry.key}`, list, entry, rank: rankOf(hazard, list, entry) })),
    );
  return RANKS.flatMap((rank) => all.filter((choice) => choice.rank === rank));
}

function rankOf(hazard: Hazard, list: KnownList, entry: CriteriaEntry): Choice['rank'] {
  if (hazard.criteria.includes(`${list.key}.${entry.key}`)) return 'candidate';
  const { areas, categories } = entry.applies ?? {};
  const fits = areas?.includes(hazard.checklist_key ?? '') === true || categories?.includes(hazard.category ?? '') === true;
  return fits ? 'fitting' : 'other';
}

/** The lists that stand behind the candidates of a hazard. */
export const candidatesOf = (references: readonly string[], lists: readonly KnownList[]): Choice[] =>
  references.flatMap((ref) => {
    const found = findEntry(lists, ref);
    return found === null ? [] : [{ ref, list: found[0], entry: found[1], rank: 'candidate' as const }];
  });
