/** Which photos of a record somebody should look at; only for those who may see doubts, and only while on line. */
import { shallowRef, type ShallowRef } from 'vue';
import { getJson, page, withQuery } from '@/data/api';
import { may } from '@/data/session';
import { record, text } from '@/data/shape';

const parse = record({ id: text, subject_type: text, subject_id: text, other_id: text });
const MOST = 200;

export interface Doubts {
  /** The doubt about a photo, by the photo's id. */
  readonly of: ShallowRef<ReadonlyMap<string, string>>;
  readonly load: (about: Readonly<Record<string, string>>) => Promise<void>;
}

export function useDoubts(): Doubts {
  const of = shallowRef<ReadonlyMap<string, string>>(new Map());
  return {
    of,
    load: async (about) => {
      if (!may('flags.read')) return;
      const answer = await getJson(withQuery('/api/flags', { ...about, state: 'open,confirmed', limit: MOST }), page(parse));
      if (!answer.ok) return;
      of.value = new Map(answer.value.items.filter((one) => one.subject_type === 'photo').flatMap((one) => [[one.other_id, one.id] as const, [one.subject_id, one.id] as const]));
    },
  };
}
