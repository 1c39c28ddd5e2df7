import { describe, expect, it } from 'vitest';
import { readScan, sealOf } from '@/engine/tagcode';
import { chosen } from './choose';
import { tagText } from './seal';

describe('presence', () => {
  it('draws the question that the server draws', async () => {
    const facts = ['f2', 'f0', 'f3', 'f1'];
    const drawn = await Promise.all(Array.from({ length: 8 }, (_none, n) => chosen(`i${String(n)}`, 'room', facts)));
    expect(drawn).toEqual(['f1', null, 'f1', null, 'f1', null, null, 'f0']);
    expect(await chosen('i0', 'room', [])).toBeNull();
  });

  it('reads the signature of a square, and leaves anything else beside a code alone', () => {
    const s = 'A'.repeat(86);
    expect(readScan(`https://anxun.example/t/7K3M9QX5?k=1a2b3c4d&s=${s}`, 'anxun.example')).toEqual({ kind: 'tag', code: '7K3M9QX5', seal: { k: '1a2b3c4d', s } });
    expect(readScan('https://anxun.example/t/7K3M9QX5?k=x&s=y', 'anxun.example')).toEqual({ kind: 'tag', code: '7K3M9QX5' });
    expect(readScan(`https://evil.example/t/7K3M9QX5?k=1a2b3c4d&s=${s}`, 'anxun.example')).toEqual({ kind: 'elsewhere', code: '7K3M9QX5', host: 'evil.example' });
    expect(sealOf('1a2b3c4d', null)).toBeNull();
  });

  it('signs code, unit, place and print', () => {
    expect(tagText('7K3M9QX5', 'u', 'location:p', 2)).toBe('anxun-tag-1\n7K3M9QX5\nu\nlocation:p\n2\n');
  });
});
