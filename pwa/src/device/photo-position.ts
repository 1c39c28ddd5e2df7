/** Where the phone is while the camera is open. Never waited for: a basement has no sky. */

import type { Position } from './photo-exif';

export interface PositionWatch {
  readonly latest: () => Position | null;
  readonly stop: () => void;
}

const STALE_MS = 120_000;

export function watchPosition(): PositionWatch {
  const geolocation = (navigator as Partial<Navigator>).geolocation;
  if (!geolocation) return { latest: () => null, stop: () => undefined };
  let last: { position: Position; at: number } | null = null;
  const id = geolocation.watchPosition(
    ({ coords }) => {
      last = { position: { lat: coords.latitude, lon: coords.longitude, accuracy: Math.round(coords.accuracy) }, at: Date.now() };
    },
    () => undefined,
    { enableHighAccuracy: true, maximumAge: 30_000 },
  );
  return {
    latest: () => (last && Date.now() - last.at < STALE_MS ? last.position : null),
    stop: () => {
      geolocation.clearWatch(id);
    },
  };
}
