/** Whether the app's own pages are on this phone: only then does anything work in a basement. */
import { shallowRef } from 'vue';

/** True once the app is kept here; where browsers keep none, nobody waits for it. */
export const isAppHere = shallowRef(!('serviceWorker' in navigator));

if ('serviceWorker' in navigator) void navigator.serviceWorker.ready.then(() => { isAppHere.value = true; });
