import { afterEach, describe, expect, it, vi } from 'vitest';
import { deviceName, isApple, isWeChat, storageRisk } from './where';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';
const ANDROID = 'Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';
const WECHAT = `${IPHONE} MicroMessenger/8.0.50`;

const refuse = (name: string) => (): Promise<never> => Promise.reject(new DOMException('no', name));
const browser = (userAgent: string, more: object = {}): void => {
  vi.stubGlobal('navigator', { userAgent, serviceWorker: {}, storage: { getDirectory: () => Promise.resolve({}) }, ...more });
};

describe('the browser that the app was opened in', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is known by what it calls itself', () => {
    expect([IPHONE, ANDROID, WECHAT].map((agent) => isApple(agent))).toEqual([true, false, true]);
    expect([IPHONE, ANDROID, WECHAT].map((agent) => isWeChat(agent))).toEqual([false, false, true]);
    expect([IPHONE, ANDROID, WECHAT].map((agent) => deviceName(agent))).toEqual(['iPhone · Safari', 'Android · Chrome', 'iPhone · MicroMessenger']);
  });

  it('[fault 31] is a risk as a Safari tab and none on Android', async () => {
    browser(IPHONE);
    expect(await storageRisk()).toBe('safari');
    browser(ANDROID);
    expect(await storageRisk()).toBeNull();
  });

  it('[fault 30] is a private window when the private file system is refused', async () => {
    browser(ANDROID, { storage: { getDirectory: refuse('SecurityError') } });
    expect(await storageRisk()).toBe('private');
    browser(ANDROID, { storage: { getDirectory: refuse('NotFoundError') } });
    expect(await storageRisk()).toBeNull();
    browser(ANDROID, { storage: {} });
    expect(await storageRisk()).toBeNull();
  });

  it('[fault 37] promises nothing inside WeChat where there is no service worker', async () => {
    browser(WECHAT, { serviceWorker: undefined });
    delete (navigator as { serviceWorker?: unknown }).serviceWorker;
    expect(await storageRisk()).toBe('wechat');
  });
});
