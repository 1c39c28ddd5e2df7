/** How the visit is to be walked: its style, its part of the checklist, what is checked in depth, and how long it takes. */

import { computed, reactive, watch, type ComputedRef } from 'vue';
import { useLive } from '@/data/live';
import type { Inspection, InspectionStyle, Unit } from '@/data/records';
import { children } from '@/data/view';
import type { Context, Definition, Section } from '@/engine/definition';
import { lines } from '@/engine/lines';
import { lengthOf, type Length } from '@/plan/length';
import { wholePart } from '../logic/parts';
import { contextOf, today } from '@/plan/spots';
import { drawFor, turnsOf, type Turns } from '../logic/turns';
import { timesOf, useTimes } from '@/plan/times';
import type { Begin } from './useBeginning';

export interface PlanForm {
  style: InspectionStyle;
  sections: string[];
  deep: 'drawn' | 'all';
}

export interface SectionChoice {
  readonly section: Section;
  readonly lines: number;
}

export interface Plan {
  readonly form: PlanForm;
  /** The sections in which this unit is asked anything. */
  readonly sections: ComputedRef<readonly SectionChoice[]>;
  readonly turns: ComputedRef<Turns | null>;
  readonly length: ComputedRef<Length | null>;
  readonly ready: ComputedRef<boolean>;
  /** Only some sections are taken on. */
  readonly partial: ComputedRef<boolean>;
  /** What goes with the start of the visit of this id. */
  readonly settle: (id: string) => { readonly style: InspectionStyle; readonly sections: string[] | null; readonly deepItems: string[] | null };
}

function sectionsOf(definition: Definition, context: Context): SectionChoice[] {
  const counts = new Map<string, number>();
  for (const { section } of lines(definition, context, {})) counts.set(section, (counts.get(section) ?? 0) + 1);
  return definition.sections.flatMap((section) => {
    const asked = counts.get(section.key);
    return asked === undefined ? [] : [{ section, lines: asked }];
  });
}

/** The unit and the places, as the rules see them; null until both are chosen. */
function useGround({ form, units, spots, chosen }: Begin): ComputedRef<{ readonly definition: Definition; readonly context: Context } | null> {
  return computed(() => {
    const unit: Unit | undefined = units.value.find(({ id }) => id === form.unit);
    if (!unit || !chosen.value) return null;
    const over = (kind: 'location' | 'asset'): string[] => form.targets.filter((id) => spots.value.get(id)?.over === kind);
    const targets = { location: over('location'), asset: over('asset') };
    return { definition: chosen.value.definition, context: contextOf(unit, spots.value, targets, today()) };
  });
}

export function usePlan(begin: Begin): Plan {
  const form = reactive<PlanForm>({ style: 'full', sections: [], deep: 'drawn' });
  const ground = useGround(begin);
  const times = useTimes(begin.db);
  const visits = useLive<readonly Inspection[]>(
    () => (begin.form.unit ? children(begin.db, 'inspection', begin.form.unit) : Promise.resolve([])), [], [() => begin.form.unit],
  );
  const sections = computed(() => (ground.value ? sectionsOf(ground.value.definition, { ...ground.value.context, deep_items: null }) : []));
  const offered = computed(() => sections.value.map(({ section }) => section.key));
  const subject = (): string => `${begin.form.unit ?? ''} ${ground.value?.definition.key ?? ''}`;
  // What a pull adds to the same list is taken on; what was left out stays out.
  watch([subject, () => offered.value.join(' ')], ([now], [before, had]) => {
    const known = new Set(now === before ? had?.split(' ') : []);
    form.sections = offered.value.filter((key) => !known.has(key) || form.sections.includes(key));
  }, { immediate: true });

  // What no question is asked of anyway belongs to everybody's part, so that all chosen is simply all.
  const part = computed(() => {
    const definition = ground.value?.definition;
    if (!definition || form.sections.length === sections.value.length) return null;
    return wholePart(definition, form.sections);
  });
  const narrowed = computed(() => (ground.value ? { ...ground.value.context, sections: part.value } : null));
  const turns = computed(() => (ground.value && narrowed.value ? turnsOf(ground.value.definition, narrowed.value) : null));
  const drawn = (id: string): string[] | null => {
    if (!ground.value || !narrowed.value || form.deep === 'all') return null;
    return drawFor(ground.value.definition, narrowed.value, id, visits.value);
  };
  const length = computed(() => {
    if (!ground.value || !narrowed.value) return null;
    const { definition } = ground.value;
    const context = { ...narrowed.value, deep_items: drawn('') };
    return lengthOf(definition, context, timesOf(times.value, definition.key), form.style);
  });
  return {
    form, sections, turns, length,
    ready: computed(() => sections.value.length === 0 || form.sections.length > 0),
    partial: computed(() => part.value !== null),
    settle: (id) => ({ style: form.style, sections: part.value, deepItems: drawn(id) }),
  };
}
