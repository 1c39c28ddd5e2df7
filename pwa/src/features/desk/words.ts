/** Lists of words that desk forms and filters offer. */
import attributes from '../../../../checklists/attributes.json';
import type { FilterOption } from '@/desk/columns';
import { pick, t } from '@/i18n/i18n';

export const TIERS = ['hospital', 'township', 'community', 'village', 'clinic', 'cdc', 'other'] as const;
export const ASSIGNMENT_STATES = ['planned', 'started', 'done', 'cancelled'] as const;
export const TAG_STATES = ['unclaimed', 'bound', 'void'] as const;
export const ROLES = [
  'bureau_office', 'inspector', 'unit_head', 'safety_officer', 'staff', 'expert', 'guest', 'read_only', 'visit_planner', 'administrator',
] as const;

const options = (values: readonly string[], key: string): readonly FilterOption[] =>
  values.map((value) => ({ value, label: t(`${key}.${value}`) }));

export const tierOptions = (): readonly FilterOption[] => options(TIERS, 'common.tier');
export { modeOptions } from '@/i18n/published/modes';
export const assignmentStateOptions = (): readonly FilterOption[] => options(ASSIGNMENT_STATES, 'desk.assignment-state');
export const tagStateOptions = (): readonly FilterOption[] => options(TAG_STATES, 'desk.tag-state');
export const roleOptions = (): readonly FilterOption[] => options(ROLES, 'desk.role');

export const unitAttributes = (): readonly FilterOption[] =>
  attributes.unit.map((one) => ({ value: one.key, label: pick(one.label) }));
export const placeAttributes = (): readonly FilterOption[] =>
  attributes.place.map((one) => ({ value: one.key, label: pick(one.label) }));
