/** Rows as the server's lists send them: a record and the version a change has to name. */
import { parseRecord, type EType, type RecordOf } from '@/data/records';
import { isRecord, number } from '@/data/shape';

export type Revised<R> = R & { readonly rev: number };

export const revised =
  <E extends EType>(etype: E) =>
  (raw: unknown): Revised<RecordOf<E>> => ({
    ...parseRecord(etype, raw),
    rev: number(isRecord(raw) ? raw['rev'] : undefined),
  });
