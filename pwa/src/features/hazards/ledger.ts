/** What the phone's ledger shows of devices, and how it searches. Pure. */
import type { Asset } from '@/data/records';
import { finder } from '@/ui/find';
import type { Names } from './queries';

export type Book = 'hazards' | 'inspections' | 'assets';
export interface DueAsset {
  readonly asset: Asset;
  readonly due: Asset['due'][number];
  readonly place: string;
}

export const findText = (texts: readonly (string | null | undefined)[], query: string): boolean => finder(query)(...texts);

/** Every due date of every device in use, the nearest (or longest past) first. */
export const dueAssets = ({ assets, units, places }: Names, query: string): DueAsset[] =>
  [...assets.values()]
    .filter((asset) => asset.active)
    .flatMap((asset) =>
      asset.due
        .filter((due) => due.due_on !== null)
        .map((due) => ({
          asset,
          due,
          place: [units.get(asset.unit_id)?.short_name, places.get(asset.location_id ?? '')?.path].filter(Boolean).join(' · '),
        })),
    )
    .filter(({ asset, due, place }) => findText([asset.name, asset.serial, asset.reg_no, due.name, place], query))
    .sort((a, b) => ((a.due.due_on ?? '') < (b.due.due_on ?? '') ? -1 : 1));
