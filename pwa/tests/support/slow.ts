/** A disk that takes its time: nothing that was half written is read before it is let go. */
import { vi } from 'vitest';
import type { Database } from '@/data/database';

export function slowDrafts(db: Database): () => void {
  const table = db.drafts;
  const read = table.get.bind(table) as (key: string) => Promise<unknown>;
  const gate: { open: () => void } = { open: () => undefined };
  const opened = new Promise<void>((resolve) => { gate.open = resolve; });
  const spy = vi.spyOn(table, 'get').mockImplementation(((key: string) => opened.then(() => read(key))) as never);
  return () => {
    spy.mockRestore();
    gate.open();
  };
}
