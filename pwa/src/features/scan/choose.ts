/** Which of the codes in view is meant. */
import type { Scanned } from '@/engine/tagcode';

export type Choice = Scanned | { readonly several: readonly string[] };

/** One tag of ours wins over anything foreign beside it; two tags of ours are a person's decision; null for none. */
export function chooseScan(scanned: readonly Scanned[]): Choice | null {
  const tags = scanned.filter((one) => one.kind === 'tag');
  const ours = [...new Set(tags.map(({ code }) => code))];
  const [first] = tags;
  if (first !== undefined) return ours.length === 1 ? (tags.find(({ seal }) => seal) ?? first) : { several: ours };
  return scanned.find((one) => one.kind === 'elsewhere') ?? scanned[0] ?? null;
}
