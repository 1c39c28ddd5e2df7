/** The number on the app's icon, and when the browser may be asked again to keep what lies here. */

const ASKED = 'anxun.asked-to-keep';
const AGAIN_MS = 7 * 86_400_000;

/** A browser that was asked every day would be answered without reading. */
export function mayAskAgain(now = Date.now()): boolean {
  try {
    return now - Number(localStorage.getItem(ASKED) ?? 0) > AGAIN_MS;
  } catch {
    return false;
  }
}

export function noteAsked(now = Date.now()): void {
  try {
    localStorage.setItem(ASKED, String(now));
  } catch {
    // Then it is asked again at the next start, which harms nobody.
  }
}

/** Only an installed app has an icon; elsewhere this does nothing. */
export function countOnIcon(count: number): void {
  const icon = navigator as Navigator & { readonly setAppBadge?: (n: number) => Promise<void>; readonly clearAppBadge?: () => Promise<void> };
  const shown = count > 0 ? icon.setAppBadge?.(count) : icon.clearAppBadge?.();
  shown?.catch(() => undefined);
}
