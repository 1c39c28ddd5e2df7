/** What a condition may ask about, at a place in the checklist: the unit, the place, and what was asked before. */
import attributes from '../../../../../checklists/attributes.json';
import { isRecord } from '@/data/shape';
import type { Scalar, Text } from '@/engine/definition';
import { pick, t } from '@/i18n/i18n';
import { assetKinds, placeKinds } from '@/i18n/published/kinds';
import type { Spot } from './edit';
import { listAt, valueAt, type Tree } from './pointer';

export interface Choice {
  readonly value: Scalar;
  readonly label: string;
}

export interface Reference {
  readonly ref: string;
  readonly label: string;
  /** `yes-no` for attributes; `choice` has choices; `number` is compared. */
  readonly kind: 'yes-no' | 'choice' | 'number' | 'text';
  readonly choices: readonly Choice[];
}

export const TIERS = ['hospital', 'township', 'community', 'village', 'clinic', 'cdc', 'other'] as const;

const words = (raw: unknown): string => (isRecord(raw) ? pick({ zh: String(raw['zh'] ?? ''), en: String(raw['en'] ?? '') } as Text) : '');

export const tierChoices = (): readonly { readonly value: string; readonly label: string }[] => TIERS.map((value) => ({ value, label: t(`common.tier.${value}`) }));

const yesNo = (): readonly Choice[] => [{ value: true, label: t('common.yes') }, { value: false, label: t('common.no') }];

const unitReferences = (): readonly Reference[] => [
  { ref: 'unit.tier', label: t('authoring.ref-tier'), kind: 'choice', choices: tierChoices() },
  { ref: 'unit.beds', label: t('authoring.ref-beds'), kind: 'number', choices: [] },
  ...attributes.unit.map((one): Reference => ({ ref: `unit.attributes.${one.key}`, label: t('authoring.ref-unit', { name: pick(one.label) }), kind: 'yes-no', choices: yesNo() })),
];

const placeReferences = (): readonly Reference[] => [
  { ref: 'place.kind', label: t('authoring.ref-place-kind'), kind: 'choice', choices: [...placeKinds(), ...assetKinds()] },
  ...attributes.place.map((one): Reference => ({ ref: `place.attributes.${one.key}`, label: t('authoring.ref-place', { name: pick(one.label) }), kind: 'yes-no', choices: yesNo() })),
];

function choicesOf(spec: unknown): readonly Choice[] {
  const type = valueAt(spec, '/type');
  if (type === 'pass-fail-na') {
    const results = ['pass', 'fail', ...(valueAt(spec, '/allow_na') === true ? ['na'] : []), 'unable'];
    return results.map((value) => ({ value, label: t(`answers.${value}`) }));
  }
  return listAt(spec, '/options').map((option) => ({ value: String(valueAt(option, '/key')), label: words(valueAt(option, '/label')) }));
}

function ofSpec(ref: string, label: string, spec: unknown): Reference {
  const type = valueAt(spec, '/type');
  const choices = choicesOf(spec);
  return { ref, label, kind: type === 'number' ? 'number' : choices.length > 0 ? 'choice' : 'text', choices };
}

export function readingReferences(item: unknown, before: number): readonly Reference[] {
  const key = String(valueAt(item, '/key'));
  return listAt(item, '/readings').slice(0, before).map((reading) =>
    ofSpec(`${key}.${String(valueAt(reading, '/key'))}`, words(valueAt(reading, '/label')), reading));
}

function itemReferences(item: unknown, name: string): readonly Reference[] {
  const readings = readingReferences(item, Number.MAX_SAFE_INTEGER);
  return [
    ofSpec(String(valueAt(item, '/key')), name, valueAt(item, '/answer')),
    ...readings.map((one) => ({ ...one, label: `${name} \u203a ${one.label}` })),
  ];
}

/** Items before a place; of a section, all of the sections before. */
export function referencesBefore(tree: Tree, at: Spot, overPlace: boolean): readonly Reference[] {
  const earlier = listAt(tree, '/sections').slice(0, at.section + 1).flatMap((section, s) =>
    listAt(section, '/items').filter((_, n) => s < at.section || n < (at.item ?? 0)));
  const items = earlier.flatMap((item, n) => itemReferences(item, `${String(n + 1)}. ${words(valueAt(item, '/ask'))}`));
  return [...unitReferences(), ...(overPlace ? placeReferences() : []), ...items];
}

export const unitAttributes = (): readonly { readonly value: string; readonly label: string }[] => attributes.unit.map((one) => ({ value: one.key, label: pick(one.label) }));
