/** What a photo is about, and the words that are drawn onto it. */

import type { PhotoPurpose } from '@/data/records';
import type { WatermarkLine } from '@/device/photo-watermark';

export interface PhotoTarget {
  readonly purpose: PhotoPurpose;
  readonly inspection?: string;
  readonly target?: string;
  readonly item?: string;
  readonly hazard?: string;
}

/** Who and where, as it will stand on the photo. */
export interface PhotoScene {
  readonly unit: string;
  readonly place: string;
  readonly author: string;
}

/** The band's lines below the moment. */
export function watermarkOf(scene: PhotoScene): WatermarkLine[] {
  const where = scene.place === '' || scene.place === scene.unit ? [] : [{ text: scene.place, strong: false }];
  const by = [scene.author, scene.unit].filter((part) => part !== '').join(' \u00b7 ');
  return [...where, ...(by === '' ? [] : [{ text: by, strong: false }])];
}
