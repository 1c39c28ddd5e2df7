import { describe, expect, it } from 'vitest';
import { sha256Hex, sniffMime } from './photo-bytes';
import { captureFacts, exifMoment } from './photo-exif';
import { fit } from './photo-fit';
import { layOut, momentText, stampLine, wrap } from './photo-watermark';

describe('sizes', () => {
  it('shrinks the longer edge and never enlarges', () => {
    expect(fit({ w: 4000, h: 3000 }, 2560)).toEqual({ w: 2560, h: 1920 });
    expect(fit({ w: 3000, h: 4000 }, 320)).toEqual({ w: 240, h: 320 });
    expect(fit({ w: 640, h: 480 }, 2560)).toEqual({ w: 640, h: 480 });
    expect(fit({ w: 9000, h: 1 }, 320)).toEqual({ w: 320, h: 1 });
  });
});

describe('time and place of a picture', () => {
  it('honours the offset that the camera wrote', () => {
    expect(exifMoment('2026:11:20 10:11:12', '+08:00')).toBe(Date.UTC(2026, 10, 20, 2, 11, 12));
    expect(exifMoment('2026:11:20 10:11:12', '-03:30')).toBe(Date.UTC(2026, 10, 20, 13, 41, 12));
  });

  it('takes the time of the phone when there is no offset', () => {
    expect(exifMoment('2026:11:20 10:11:12', null)).toBe(new Date(2026, 10, 20, 10, 11, 12).getTime());
  });

  it('believes neither blank dates nor positions of zero', () => {
    expect(exifMoment('0000:00:00 00:00:00', null)).toBeNull();
    expect(captureFacts({ gps: { Latitude: 0, Longitude: 0 } })).toEqual({ takenAt: null, position: null });
    expect(captureFacts({ gps: { Latitude: 32.1, Longitude: 115.4 } }).position).toEqual({ lat: 32.1, lon: 115.4, accuracy: null });
  });
});

describe('kinds of files', () => {
  const bytes = (...values: (number | string)[]): Uint8Array =>
    Uint8Array.from(values.flatMap((value) => (typeof value === 'string' ? [...value].map((c) => c.charCodeAt(0)) : [value])));

  it('looks at the bytes before it believes the label', () => {
    expect(sniffMime(bytes(0xff, 0xd8, 0xff, 0xe0), 'image/heic')).toBe('image/jpeg');
    expect(sniffMime(bytes(0, 0, 0, 24, 'ftypheic'), 'image/jpeg')).toBe('image/heic');
    expect(sniffMime(bytes(0x89, 'PNG'), '')).toBe('image/png');
  });

  it('refuses what is no picture', () => {
    expect(sniffMime(bytes('%PDF-1.7'), 'application/pdf')).toBeNull();
    expect(sniffMime(bytes(), 'image/jpeg')).toBeNull();
  });

  it('gives the fingerprint in hex', async () => {
    expect(await sha256Hex(new ArrayBuffer(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('watermark', () => {
  const wide = (text: string): number => [...text].length * 10;

  it('breaks Chinese anywhere and keeps numbers whole', () => {
    expect(wrap('\u95e8\u8bca\u697c3\u5c42\u836f\u623f', 40, wide)).toEqual(['\u95e8\u8bca\u697c3', '\u5c42\u836f\u623f']);
    expect(wrap('2026-11-21 14:05', 110, wide)).toEqual(['2026-11-21', '14:05']);
  });

  it('stands at the foot and stays inside the picture', () => {
    const band = layOut([{ text: 'a'.repeat(8), strong: true }, { text: 'b', strong: false }], 1600, 1200, (text, px) => [...text].length * px);
    expect(band.top + band.height).toBe(1200);
    expect(band.lines).toHaveLength(2);
    expect(band.lines[0]?.y).toBeGreaterThan(band.top);
    expect((band.lines[1]?.y ?? 0) + band.fontPx).toBeLessThan(1200);
  });

  it('says whether the moment is known', () => {
    const at = new Date(2026, 10, 21, 14, 5).getTime();
    const stamp = { at, live: false, taken: '{moment}', added: 'added {moment}' };
    expect(momentText(at)).toBe('2026-11-21 14:05');
    expect(stampLine(stamp, null).text).toBe('added 2026-11-21 14:05');
    expect(stampLine(stamp, at - 60_000).text).toBe('2026-11-21 14:04');
    expect(stampLine({ ...stamp, live: true }, at - 60_000).text).toBe('2026-11-21 14:05');
  });

  it('draws no band without words', () => {
    expect(layOut([], 100, 100, () => 0).height).toBe(0);
  });
});
