/** In which kind of browser the app was opened: some of them keep nothing for long, and say nothing about it. */
import { isInstalled } from './install';

/** private: gone when the window closes. wechat: nothing works off line there. safari: cleared after seven days in a tab. */
export type Risk = 'private' | 'wechat' | 'safari';

const agent = (): string => (typeof navigator === 'undefined' ? '' : navigator.userAgent);

export const isApple = (text = agent()): boolean => /iPhone|iPad|iPod/.test(text) || (/Macintosh/.test(text) && /Version\/.*Safari/.test(text));
export const isWeChat = (text = agent()): boolean => /MicroMessenger/i.test(text);

const KINDS = ['Android', 'iPhone', 'iPad', 'Windows', 'Macintosh', 'Linux'];
const BROWSERS = ['MicroMessenger', 'Edg', 'Firefox', 'CriOS', 'Chrome', 'Safari'];

/** "Android · Chrome": enough to know which phone is meant when somebody asks about it. */
export const deviceName = (text = agent()): string =>
  [KINDS, BROWSERS].flatMap((names) => names.find((name) => text.includes(name)) ?? []).join(' · ');

const isSafariTab = (): boolean => isApple() && !isWeChat() && !isInstalled.value;

/**
 * A private window has IndexedDB and forgets it. Safari and Firefox refuse it the private file system, which everybody else
 * has; a browser that never heard of it proves nothing.
 */
async function isPrivate(): Promise<boolean> {
  const storage = (navigator as Partial<Navigator>).storage;
  if (storage === undefined || !('getDirectory' in storage)) return false;
  try {
    await storage.getDirectory();
    return false;
  } catch (error) {
    return error instanceof DOMException && ['SecurityError', 'UnknownError', 'InvalidStateError'].includes(error.name);
  }
}

/** The gravest thing that a person must know about this browser; null when there is none. */
export async function storageRisk(): Promise<Risk | null> {
  if (isWeChat() && !('serviceWorker' in navigator)) return 'wechat';
  if (await isPrivate()) return 'private';
  return isSafariTab() ? 'safari' : null;
}
