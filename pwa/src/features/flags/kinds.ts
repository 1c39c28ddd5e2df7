/** What the kinds of doubts are called and what to look at; a kind that is newer than the app keeps its key. */
import published from '@contracts/generated/flag-kinds.json';
import type { FilterOption } from '@/desk/columns';
import { pick } from '@/i18n/i18n';

const known = new Map(published.kinds.map((kind) => [kind.key, kind]));

export const kindName = (key: string): string => {
  const kind = known.get(key);
  return kind ? pick(kind.name) : key;
};

export const whatToLookAt = (key: string): string => {
  const kind = known.get(key);
  return kind ? pick(kind.look) : '';
};

export const kindOptions = (): readonly FilterOption[] => published.kinds.map(({ key, name }) => ({ value: key, label: pick(name) }));
