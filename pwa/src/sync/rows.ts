/** Rows by key: the overlay's version where there is one, as a snapshot that effects read and write in memory. */
import type { Database } from '../data/database';
import { parentOf } from '../data/records';
import type { OverlayRow } from '../data/tables';
import { label, unlabel, type Data, type Key, type Read, type Write } from './effect';

export class Rows {
  readonly #data = new Map<string, Data | undefined>();
  readonly #written = new Set<string>();

  /** Reads what is not known yet. `overlaid` false takes the confirmed rows alone. */
  async load(db: Database, wanted: readonly Key[], overlaid: boolean): Promise<void> {
    const missing = wanted.filter((key) => !this.#data.has(label(key)));
    if (missing.length === 0) return;
    const keys = missing.map(([etype, eid]): [string, string] => [etype, eid]);
    const [rows, mine] = await Promise.all([db.rows.bulkGet(keys), overlaid ? db.overlay.bulkGet(keys) : []]);
    missing.forEach((key, i) => {
      const over = mine[i];
      this.#data.set(label(key), over === undefined ? rows[i]?.data : (over.data ?? undefined));
    });
  }

  readonly read: Read = (etype, eid) => this.#data.get(label([etype, eid]));

  write(writes: readonly Write[]): void {
    for (const { key, data } of writes) {
      this.#data.set(label(key), data ?? undefined);
      this.#written.add(label(key));
    }
  }

  isWritten(key: Key): boolean {
    return this.#written.has(label(key));
  }

  /** What was written, as the overlay keeps it. */
  overlay(): OverlayRow[] {
    return [...this.#written].map((name) => {
      const [etype, eid] = unlabel(name);
      const data = this.#data.get(name);
      return { etype, eid, parent: parentOf(etype, data), data: data ?? null };
    });
  }
}
