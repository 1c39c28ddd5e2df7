/**
 * All answers of one inspection in memory, kept true to the disk.
 *
 * A live query over everything would read forty thousand rows again after every tap. So everything is read once; after
 * that only the place one is standing in is watched, and the whole only when a pull has brought something. What one taps
 * oneself is read at once, line by line; the place is read again when the hand rests, for what another tab may have done.
 */

import { onScopeDispose, shallowRef, triggerRef, watch, type Ref, type ShallowRef } from 'vue';
import type { Database } from '@/data/database';
import { subscribe, useLive } from '@/data/live';
import { answerId, type Answer } from '@/data/records';
import { children, get, prefixed } from '@/data/view';
import { answerKey, type Line, type Values } from '@/engine/definition';
import { valuesOfAnswer } from '../queries';

export interface AnswerBook {
  readonly ready: Ref<boolean>;
  /** "<target>|<item>" → values; the same object as long as nothing in it changed. */
  readonly values: ShallowRef<Record<string, Values>>;
  readonly row: (key: string) => Answer | undefined;
  /** Keys of the answers that changed last. */
  readonly changed: ShallowRef<readonly string[]>;
  /** Answers as they have just been written. */
  readonly take: (answers: readonly Answer[]) => void;
  /** Look at the disk again for these lines, at once. */
  readonly refresh: (lines: readonly Line[]) => Promise<void>;
}

const sameFields = (a: Answer, b: Answer): boolean => {
  const names = Object.keys(b.fields);
  if (names.length !== Object.keys(a.fields).length) return false;
  return names.every((name) => {
    const [x, y] = [a.fields[name], b.fields[name]];
    return x !== undefined && y !== undefined && x.rev === y.rev && x.how === y.how && JSON.stringify(x.v) === JSON.stringify(y.v);
  });
};

class Book {
  readonly rows = new Map<string, Answer>();
  readonly values = shallowRef<Record<string, Values>>({});
  readonly changed = shallowRef<readonly string[]>([]);

  take(answers: readonly Answer[]): void {
    const changed: string[] = [];
    for (const answer of answers) {
      const key = answerKey(answer.target_id, answer.item_key);
      const known = this.rows.get(key);
      if (known && sameFields(known, answer)) continue;
      this.rows.set(key, answer);
      this.values.value[key] = valuesOfAnswer(answer);
      changed.push(key);
    }
    if (changed.length === 0) return;
    triggerRef(this.values);
    this.changed.value = changed;
  }
}

const REST_MS = 800;

/** Wakes whenever an answer of the place changes, and reads next to nothing for it. */
async function stirred(db: Database, prefix: string): Promise<void> {
  const range = ['answer', prefix, `${prefix}\uffff`] as const;
  const own = (table: Database['rows'] | Database['overlay']): Promise<unknown> =>
    (table as Database['rows']).where('[etype+eid]').between([range[0], range[1]], [range[0], range[2]]).limit(1).primaryKeys();
  await Promise.all([own(db.rows), own(db.overlay)]);
}

/** Read the place now, and again a moment after the last change. */
function watchPlace(change: () => Promise<void>, read: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = true;
  const stop = subscribe(change, () => {
    clearTimeout(timer);
    // A lost connection is noticed by the watch, which begins anew and then reads again.
    timer = setTimeout(() => void read().catch(() => undefined), first ? 0 : REST_MS);
    first = false;
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

export function useAnswers(db: Database, inspection: string, target: () => string): AnswerBook {
  const book = new Book();
  const ready = shallowRef(false);
  const place = (at: string): Promise<Answer[]> => prefixed(db, 'answer', answerId(inspection, at, ''));

  const cursor = useLive(async () => JSON.stringify((await db.scopes.get(`insp:${inspection}`))?.cursor ?? null), '');
  watch(
    cursor,
    async () => {
      book.take(await children(db, 'answer', inspection));
      ready.value = true;
    },
    { immediate: true },
  );

  let stop: () => void = () => undefined;
  watch(
    target,
    (at) => {
      stop();
      stop = watchPlace(() => stirred(db, answerId(inspection, at, '')), async () => {
        book.take(await place(at));
      });
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    stop();
  });

  return {
    ready,
    values: book.values,
    row: (key) => book.rows.get(key),
    changed: book.changed,
    take: (answers) => {
      book.take(answers);
    },
    refresh: async (lines) => {
      const rows = await Promise.all(lines.map(({ target: at, item }) => get(db, 'answer', answerId(inspection, at, item))));
      book.take(rows.filter((row) => row !== undefined));
    },
  };
}
