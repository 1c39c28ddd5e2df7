/** Which of the codes in view is meant. */
import type { Scanned } from '@/engine/tagcode';

export type Choice = Scanned | { readonly several: readonly string[] };

/** One tag of ours wins over anything foreign beside it; two tags of ours are a person's decision; null for none. */
export function chooseScan(scanned: readonly Scanned[]): Choice | null {
  const ours = [...new Set(scanned.flatMap((one) => (one.kind === 'tag' ? [one.code] : [])))];
  const [first, ...more] = ours;
  if (first !== undefined) return more.length === 0 ? { kind: 'tag', code: first } : { several: ours };
  return scanned.find((one) => one.kind === 'elsewhere') ?? scanned[0] ?? null;
}
