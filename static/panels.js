// Panels come after their page: what the address's #anchor names stays in view until the reader moves.
(() => {
  "use strict";

  let hasMoved = false;
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    window.addEventListener(kind, () => (hasMoved = true), { passive: true });
  }
  window.addEventListener("hashchange", () => (hasMoved = false));

  function keepPlace() {
    const name = decodeURIComponent(window.location.hash.slice(1));
    if (name && !hasMoved) document.getElementById(name)?.scrollIntoView({ behavior: "instant" });
  }

  document.addEventListener("htmx:afterSettle", keepPlace);
})();
