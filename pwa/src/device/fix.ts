/** Where the phone is and what time it is there, asked once. */

const PATIENCE_MS = 45_000;

export interface Fix {
  readonly position: { readonly lat: number; readonly lon: number; readonly accuracy: number };
  /** The time that satellites told. Null for a fix without a height: that one has the phone's own time. */
  readonly satelliteTime: number | null;
}

/** denied: the person or the system said no. none: no sky, or no receiver. */
export type NoFix = 'denied' | 'none';

export function locate(): Promise<Fix | NoFix> {
  const geolocation = (navigator as Partial<Navigator>).geolocation;
  if (!geolocation) return Promise.resolve('none');
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        const { latitude: lat, longitude: lon, accuracy, altitude } = coords;
        resolve({ position: { lat, lon, accuracy: Math.round(accuracy) }, satelliteTime: altitude === null ? null : timestamp });
      },
      ({ code, PERMISSION_DENIED }) => {
        resolve(code === PERMISSION_DENIED ? 'denied' : 'none');
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE_MS },
    );
  });
}
