/** The pool's words as the server publishes them; a word that is newer than the app keeps its key. */
import published from '@contracts/generated/expert-words.json';
import type { FilterOption } from '@/desk/columns';
import { pick } from '@/i18n/i18n';

type Kind = 'fields' | 'certificates' | 'recusals' | 'engagements' | 'ratings' | 'verdicts';

export const wordOf = (kind: Kind, key: string): string => {
  const known = published[kind].find((one) => one.key === key);
  return known ? pick(known.name) : key;
};

export const optionsOf = (kind: Kind): readonly FilterOption[] => published[kind].map(({ key, name }) => ({ value: key, label: pick(name) }));

export const SIDES: readonly string[] = published.ratings.map(({ key }) => key);
export const WINDOWS: readonly number[] = published.expiry_days;
