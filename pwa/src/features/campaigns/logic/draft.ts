/** A campaign as it is being written: plain values that a form can hold, and back to what the server takes. Pure. */
import type { Campaign, Goal, Origin, Phase, Preset, Quota } from '../campaign';

export interface GoalDraft {
  key: string;
  text: string;
  en: string;
  what: string;
  amount: number | null;
  source: Origin | null;
}

export interface PhaseDraft {
  key: string;
  name: string;
  en: string;
  starts_on: string;
  ends_on: string;
  goals: GoalDraft[];
  source: Origin | null;
}

export interface QuotaDraft {
  key: string;
  every: string;
  at_least: number | null;
  modes: string[];
  tiers: string[];
  focus: string[];
  led: boolean;
}

export interface CampaignDraft {
  name: string;
  document: string;
  issuer: string;
  starts_on: string;
  ends_on: string;
  phases: PhaseDraft[];
  focus_keys: string[];
  mode_keys: string[];
  tiers: string[];
  attributes: string[];
  unit_ids: string[];
  region_id: string | null;
  quotas: QuotaDraft[];
  note: string;
}

const goalDraft = ({ key, text, source, count }: Goal): GoalDraft => ({
  key, text: text.zh, en: text.en, what: count?.what ?? '', amount: count ? (count.at_most ?? count.at_least) : null, source: source ?? null,
});

const phaseDraft = ({ key, name, starts_on, ends_on, goals, source }: Phase): PhaseDraft => ({
  key, name: name.zh, en: name.en, starts_on, ends_on, goals: goals.map(goalDraft), source: source ?? null,
});

const quotaDraft = (quota: Quota): QuotaDraft => ({ ...quota, modes: [...quota.modes], tiers: [...quota.tiers], focus: [...quota.focus] });

export const blank = (year: number): CampaignDraft => ({
  name: '', document: '', issuer: '', starts_on: `${String(year)}-01-01`, ends_on: `${String(year)}-12-31`, phases: [], focus_keys: [], mode_keys: [],
  tiers: [], attributes: [], unit_ids: [], region_id: null, quotas: [], note: '',
});

export const draftOf = (one: Campaign): CampaignDraft => ({
  name: one.name, document: one.document, issuer: one.issuer, starts_on: one.starts_on, ends_on: one.ends_on, note: one.note,
  phases: one.phases.map(phaseDraft), focus_keys: [...one.focus_keys], mode_keys: [...one.mode_keys],
  tiers: [...one.targets.tiers], attributes: [...one.targets.attributes], unit_ids: [...one.targets.unit_ids], region_id: one.targets.region_id,
  quotas: one.quotas.map(quotaDraft),
});

export const fromPreset = (one: Preset, name: string): CampaignDraft => ({
  ...blank(2000), name, document: one.document, issuer: one.issuer, starts_on: one.starts_on, ends_on: one.ends_on,
  phases: one.phases.map(phaseDraft), mode_keys: [...one.modes], quotas: one.quotas.map(quotaDraft),
});

/** A key nobody else has: `p3`, `g7`, `q2`. */
export const freshKey = (letter: string, taken: readonly string[]): string => {
  const numbers = taken.flatMap((key) => (key.startsWith(letter) && /^\d+$/.test(key.slice(1)) ? [Number(key.slice(1))] : []));
  return `${letter}${String(Math.max(0, ...numbers) + 1)}`;
};

const countOf = ({ what, amount }: GoalDraft): object | null => {
  if (what === '') return null;
  return what === 'major-open' ? { what, at_most: amount ?? 0 } : { what, at_least: amount ?? 1 };
};

const said = ({ text, url, tag }: Origin): object => ({ text, tag, ...(url === null ? {} : { url }) });

const goalBody = (goal: GoalDraft): object => ({
  key: goal.key, text: { zh: goal.text.trim(), en: goal.en }, ...(goal.source ? { source: said(goal.source) } : {}), ...(countOf(goal) ? { count: countOf(goal) } : {}),
});

export const bodyOf = (draft: CampaignDraft): Readonly<Record<string, unknown>> => ({
  name: draft.name.trim(), document: draft.document.trim(), issuer: draft.issuer.trim(), note: draft.note.trim(),
  starts_on: draft.starts_on, ends_on: draft.ends_on, focus_keys: draft.focus_keys, mode_keys: draft.mode_keys,
  phases: draft.phases.map((phase) => ({
    key: phase.key, name: { zh: phase.name.trim(), en: phase.en }, starts_on: phase.starts_on, ends_on: phase.ends_on,
    goals: phase.goals.map(goalBody), ...(phase.source ? { source: said(phase.source) } : {}),
  })),
  targets: { unit_ids: draft.unit_ids, tiers: draft.tiers, attributes: draft.attributes, ...(draft.region_id ? { region_id: draft.region_id } : {}) },
  quotas: draft.quotas.map((quota) => ({ ...quota, at_least: Number(quota.at_least) })),
});

const MOST_VISITS = 400;

/** Phases lie within the period, one after the other. */
const hasOverlap = ({ phases, starts_on: starts, ends_on: ends }: CampaignDraft): boolean =>
  phases.some((phase, n) => phase.starts_on !== '' && phase.ends_on !== ''
    && (phase.starts_on > phase.ends_on || phase.starts_on < starts || phase.ends_on > ends || (n > 0 && phase.starts_on <= (phases[n - 1]?.ends_on ?? ''))));

/** What keeps it from being saved, as keys of words. */
export const missingIn = (draft: CampaignDraft): readonly string[] => [
  ...(draft.name.trim() === '' ? ['name'] : []),
  ...(draft.starts_on === '' || draft.ends_on === '' || draft.starts_on > draft.ends_on ? ['period'] : []),
  ...(draft.phases.some((phase) => phase.name.trim() === '' || phase.starts_on === '' || phase.ends_on === '') ? ['phases'] : []),
  ...(hasOverlap(draft) ? ['order'] : []),
  ...(draft.quotas.some(({ at_least: least }) => !Number.isInteger(least) || Number(least) < 1 || Number(least) > MOST_VISITS) ? ['quota'] : []),
  ...(draft.phases.some((phase) => phase.goals.some((goal) => goal.text.trim() === '')) ? ['goal'] : []),
];
