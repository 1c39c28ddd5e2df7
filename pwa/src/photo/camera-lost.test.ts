// @vitest-environment happy-dom
/** The camera is taken away while it is in use: the last frame must not pass for a picture of now. */
import { mount } from '@vue/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import { defineComponent, h, shallowRef } from 'vue';
import { useCamera, type CameraState } from './useCamera';

/** A track that ends when the permission is withdrawn, the cable is pulled or another app takes the lens. */
class Track extends EventTarget {
  readyState = 'live';

  getCapabilities(): object {
    return {};
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** Not by us: only then the browser tells. */
  lose(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

const streamOf = (track: Track): MediaStream => ({ getVideoTracks: () => [track], getTracks: () => [track] }) as never;

const opened = async (getUserMedia: () => Promise<MediaStream>): Promise<CameraState> => {
  vi.stubGlobal('navigator', { ...navigator, mediaDevices: { getUserMedia }, geolocation: undefined });
  vi.stubGlobal('Worker', class extends EventTarget { postMessage(): void { /* nobody draws here */ } });
  let state: CameraState | undefined;
  const Page = defineComponent(() => {
    state = useCamera(shallowRef(null));
    return () => h('div');
  });
  mount(Page);
  if (!state) throw new Error('no camera');
  return state;
};

afterEach(() => {
  vi.unstubAllGlobals();
});

it('a permission that is withdrawn ends the picture at once and says why', async () => {
  const track = new Track();
  let isAllowed = true;
  const camera = await opened(() => (isAllowed ? Promise.resolve(streamOf(track)) : Promise.reject(new DOMException('no', 'NotAllowedError'))));
  await vi.waitFor(() => { expect(camera.state.value).toBe('live'); });
  isAllowed = false;
  track.lose();
  await vi.waitFor(() => { expect(camera.state.value).toBe('refused'); });
  expect([camera.refusal.value, camera.camera.value]).toEqual(['denied', null]);
});

it('a camera that another app took for a moment is opened anew', async () => {
  const tracks = [new Track(), new Track()];
  let turn = 0;
  const camera = await opened(() => Promise.resolve(streamOf(tracks[turn++] ?? new Track())));
  await vi.waitFor(() => { expect(camera.state.value).toBe('live'); });
  tracks[0]?.lose();
  await vi.waitFor(() => { expect([turn, camera.state.value]).toEqual([2, 'live']); });
  expect(camera.camera.value?.stream.getVideoTracks()[0]).toBe(tracks[1]);
});
