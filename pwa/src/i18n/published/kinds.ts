/** What kinds of places and devices are called; a kind that nobody named is shown as it was written. */
import kinds from '@contracts/generated/kinds.json';
import { pick } from '../i18n';

interface Kind {
  readonly value: string;
  readonly label: string;
}

const named = (all: typeof kinds.places): Kind[] => all.map((one) => ({ value: one.key, label: pick(one) }));

export const placeKinds = (): readonly Kind[] => named(kinds.places);

/** All that have a name, and those in use that have none, so that a form does not lose them. */
export const assetKinds = (used: readonly string[] = []): readonly Kind[] => {
  const known = named(kinds.assets);
  return [...known, ...used.filter((key) => key !== '' && known.every(({ value }) => value !== key)).map((value) => ({ value, label: value }))];
};

export const kindName = (key: string): string => [...placeKinds(), ...assetKinds([key])].find(({ value }) => value === key)?.label ?? '';
