import type { ManifestOptions } from 'vite-plugin-pwa';

export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: '安巡',
  short_name: '安巡',
  description: '医疗卫生机构安全检查：离线可用的检查、隐患整改与台账。',
  lang: 'zh-CN',
  dir: 'ltr',
  start_url: '/today',
  scope: '/',
  display: 'standalone',
  orientation: 'any',
  theme_color: '#0b5d5b',
  background_color: '#f4f7f6',
  categories: ['productivity', 'utilities'],
  icons: [
    { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
  shortcuts: [
    { name: '扫码', url: '/scan', icons: [{ src: '/icons/icon-192.png', sizes: '192x192' }] },
    { name: '隐患', url: '/hazards', icons: [{ src: '/icons/icon-192.png', sizes: '192x192' }] },
  ],
};
