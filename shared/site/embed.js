// Runs on the page of somebody who embeds one of ours: gives its frame the height that its content asks for.
(() => {
  "use strict";
  const origin = new URL(document.currentScript.src).origin;
  const frames = () => [...document.querySelectorAll("iframe")].filter(frame => frame.src.startsWith(origin + "/insluiten/"));
  addEventListener("message", event => {
    const height = event.origin === origin && event.data && event.data.aanspreekpunt;
    if (height > 0) frames().filter(frame => frame.contentWindow === event.source).forEach(frame => { frame.style.height = Math.ceil(height) + "px"; });
  });
  frames().forEach(frame => frame.contentWindow.postMessage("aanspreekpunt", "*")); // one that came before this script
})();
