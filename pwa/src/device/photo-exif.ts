/** What a picture says about itself: when and where it was taken. Read before the bytes are re-encoded. */

export interface Position {
  readonly lat: number;
  readonly lon: number;
  readonly accuracy: number | null;
}

export interface CaptureFacts {
  readonly takenAt: number | null;
  readonly position: Position | null;
}

export const NO_FACTS: CaptureFacts = { takenAt: null, position: null };

/** The few tags we ask for; everything else stays unread. */
export interface RawTags {
  readonly exif?: Readonly<Record<string, { readonly description?: unknown } | undefined>> | undefined;
  readonly gps?: { readonly Latitude?: number; readonly Longitude?: number } | undefined;
}

const MOMENT = /^(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/;
const OFFSET = /^([+-])(\d{2}):?(\d{2})$/;

function offsetMinutes(text: string | null): number | null {
  const found = text === null ? null : OFFSET.exec(text.trim());
  if (!found) return null;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
}

/** Read an EXIF moment; without an offset the phone's own time zone is meant. */
export function exifMoment(text: string | null, offset: string | null): number | null {
  const found = text === null ? null : MOMENT.exec(text.trim());
  if (!found) return null;
  const [y, mo, d, h, mi, s] = found.slice(1).map(Number) as [number, number, number, number, number, number];
  if (y < 1990 || mo < 1 || mo > 12 || d < 1 || d > 31) return null;
  const minutes = offsetMinutes(offset);
  if (minutes === null) return new Date(y, mo - 1, d, h, mi, s).getTime();
  return Date.UTC(y, mo - 1, d, h, mi, s) - minutes * 60_000;
}

function words(tags: RawTags, name: string): string | null {
  const value = tags.exif?.[name]?.description;
  return typeof value === 'string' && value !== '' ? value : null;
}

const within = (value: number | undefined, limit: number): value is number =>
  value !== undefined && Number.isFinite(value) && Math.abs(value) <= limit;

function gpsPosition(tags: RawTags): Position | null {
  const lat = tags.gps?.Latitude;
  const lon = tags.gps?.Longitude;
  if (!within(lat, 90) || !within(lon, 180)) return null;
  // Cameras without a fix write zeros; nobody inspects a hospital in the Gulf of Guinea.
  return lat === 0 && lon === 0 ? null : { lat, lon, accuracy: null };
}

/** Pull time and place out of the tags of one picture. */
export function captureFacts(tags: RawTags): CaptureFacts {
  const offset = words(tags, 'OffsetTimeOriginal') ?? words(tags, 'OffsetTime');
  const text = words(tags, 'DateTimeOriginal') ?? words(tags, 'DateTimeDigitized') ?? words(tags, 'DateTime');
  return { takenAt: exifMoment(text, offset), position: gpsPosition(tags) };
}
