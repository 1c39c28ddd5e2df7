// Notes when the first thing that one can work with is on the screen: milliseconds since the page was asked for.
(() => {
  const look = () => {
    if (document.querySelector('%s') === null) {
      requestAnimationFrame(look);
      return;
    }
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        window.benchSeen = performance.now();
      };
      port2.postMessage(null);
    });
  };
  look();
})();
