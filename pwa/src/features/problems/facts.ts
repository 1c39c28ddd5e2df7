/** Names for the ids of a command, from what this phone holds. */
import type { Database } from '@/data/database';
import type { Hazard, Inspection } from '@/data/records';
import { isRecord } from '@/data/shape';
import { view } from '@/data/view';
import { pick } from '@/i18n/i18n';
import type { Facts, Said } from './pieces';

type Args = Readonly<Record<string, unknown>>;

const id = (value: unknown): string => (typeof value === 'string' ? value : '');
const known = <K extends string>(key: K, text: string | null | undefined): Partial<Record<K, string>> =>
  text === null || text === undefined || text === '' ? {} : ({ [key]: text } as Record<K, string>);

export async function readFacts(db: Database, { name, args }: Said): Promise<Facts> {
  if (args === null) return {};
  const { get } = view(db);
  const inspection = await get('inspection', id(args['inspection']));
  const hazard = await get('hazard', hazardId(name, args));
  return {
    ...known('unit', (await get('unit', id(args['unit_id']) || unitOf(inspection, hazard)))?.name),
    ...known('hazard', hazard?.title),
    ...known('item', await itemText(db, inspection?.definition, args['item'])),
    ...(await where(db, args)),
  };
}

const hazardId = (name: string, args: Args): string => id(name === 'hazard.move' || name === 'hazard.comment' ? args['id'] : args['hazard']);

const unitOf = (...rows: readonly (Inspection | Hazard | undefined)[]): string => rows.find((row) => row !== undefined)?.unit_id ?? '';

async function where(db: Database, args: Args): Promise<Facts> {
  const { get } = view(db);
  const [place, asset, person] = await Promise.all([
    get('location', id(args['location_id']) || id(args['target'])),
    get('asset', id(args['asset_id']) || id(args['target'])),
    get('person', id(args['assignee_id'])),
  ]);
  return { ...known('place', place?.path), ...known('asset', asset?.name), ...known('assignee', person?.name) };
}

/** The question as the checklist asked it; the definition is a document of the server, read with care. */
async function itemText(db: Database, hash: string | undefined, item: unknown): Promise<string | null> {
  const definition = hash === undefined ? undefined : await db.definitions.get(hash);
  const sections = isRecord(definition?.data) ? definition.data['sections'] : [];
  for (const section of Array.isArray(sections) ? (sections as unknown[]) : []) {
    const items = isRecord(section) && Array.isArray(section['items']) ? (section['items'] as unknown[]) : [];
    const found = items.find((one) => isRecord(one) && one['key'] === item);
    if (isRecord(found) && isRecord(found['ask'])) return pick(found['ask'] as { zh: string; en: string });
  }
  return null;
}
