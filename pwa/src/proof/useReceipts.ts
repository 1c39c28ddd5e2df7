/** Receipts of this phone, and whether their signatures hold. */
import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { prove, saidBy, type Proof, type Said } from '@/custody/receipts';
import { useLive } from '@/data/live';
import type { Receipt } from '@/data/records';
import { useDatabase } from '@/data/session';
import { all, children } from '@/data/view';

export interface Proved {
  readonly receipt: Receipt;
  readonly said: Said;
}

export interface Receipts {
  /** Of the record as it was submitted last; null while there is none. */
  readonly submission: ComputedRef<Proved | null>;
  readonly photos: ComputedRef<readonly Receipt[]>;
  readonly proof: Readonly<ShallowRef<Proof | null>>;
  /** How many of the photos' receipts hold; null until that was looked at. */
  readonly held: Readonly<ShallowRef<number | null>>;
}

const subtle = (): SubtleCrypto | undefined => (globalThis.crypto as Partial<Crypto>).subtle;
const asking: typeof fetch = (input, init) => fetch(input, init);

const newest = (receipts: readonly Receipt[]): Receipt | undefined =>
  receipts.filter(({ kind }) => kind === 'submission').sort((a, b) => b.at - a.at)[0];

export const useReceipts = (inspection: string): Receipts => {
  const db = useDatabase();
  const receipts = useLive(() => children(db, 'receipt', inspection), []);
  const proof = shallowRef<Proof | null>(null);
  const held = shallowRef<number | null>(null);
  const submission = computed(() => {
    const receipt = newest(receipts.value);
    return receipt === undefined ? null : { receipt, said: saidBy(receipt) };
  });
  const photos = computed(() => receipts.value.filter(({ kind }) => kind === 'photo'));
  watch(submission, async (now) => {
    proof.value = now === null ? null : await prove(db, now.receipt, asking, subtle());
  });
  watch(photos, async (now) => {
    const proofs = await Promise.all(now.map((receipt) => prove(db, receipt, asking, subtle())));
    held.value = proofs.filter((one) => one === 'holds').length;
  });
  return { submission, photos, proof, held };
};

const SHOWN = 5;

export interface Latest {
  readonly submissions: readonly Proved[];
  readonly photos: number;
}

/** The latest receipts of all that this person sent. */
export const useLatest = (): Readonly<ShallowRef<Latest>> => {
  const db = useDatabase();
  return useLive<Latest>(
    async () => {
      const receipts = await all(db, 'receipt');
      const submissions = receipts.filter(({ kind }) => kind === 'submission').sort((a, b) => b.at - a.at);
      return {
        submissions: submissions.slice(0, SHOWN).map((receipt) => ({ receipt, said: saidBy(receipt) })),
        photos: receipts.length - submissions.length,
      };
    },
    { submissions: [], photos: 0 },
  );
};
