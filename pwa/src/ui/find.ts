/** Finding words whatever their width and case are, and in Traditional characters or in Simplified ones. */
import { shallowRef } from 'vue';

const HAN = /[\u3400-\u9fff]/g;
const simplified = shallowRef<ReadonlyMap<string, string>>(new Map());
let asked: Promise<void> | undefined;

/** Fetched with the first search in Chinese; what was found before is looked at again by whoever shows it. */
export const loadSimplified = (): Promise<void> =>
  (asked ??= import('virtual:simplified').then(
    ({ pairs }) => { simplified.value = new Map([...pairs.matchAll(/(.)(.)/gu)].map(([, one = '', other = '']) => [one, other])); },
    () => { asked = undefined; },
  ));

function fold(text: string): string {
  const [plain, known] = [text.normalize('NFKC').toLowerCase(), simplified.value];
  return known.size === 0 ? plain : plain.replace(HAN, (one) => known.get(one) ?? one);
}

/** Tells whether every word of a query stands somewhere in the texts; no words are found everywhere. */
export function finder(query: string): (...texts: readonly (string | null | undefined)[]) => boolean {
  if (query.search(HAN) >= 0) void loadSimplified();
  const words = fold(query).trim().split(/\s+/);
  return (...texts) => {
    const text = fold(texts.filter(Boolean).join(' '));
    return words.every((word) => text.includes(word));
  };
}
