/** The time that satellites tell, without a line. Only a fix with a height comes from them and not from the phone's own clock. */

const PATIENCE_MS = 45_000;

export type SatelliteTime = { readonly at: number } | 'denied' | 'none';

export function satelliteTime(): Promise<SatelliteTime> {
  const geolocation = (navigator as Partial<Navigator>).geolocation;
  if (!geolocation) return Promise.resolve('none');
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        resolve(coords.altitude === null ? 'none' : { at: timestamp });
      },
      ({ code, PERMISSION_DENIED }) => {
        resolve(code === PERMISSION_DENIED ? 'denied' : 'none');
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE_MS },
    );
  });
}
