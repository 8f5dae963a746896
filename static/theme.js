// Runs before the first paint, so that the page never flashes in the wrong theme.
// This browser's choice wins, then the profile's, then the system's.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("theme") || root.dataset.theme || "system";
    } catch {
      return root.dataset.theme || "system";
    }
  }

  function apply() {
    if ("themeFixed" in root.dataset) return; // a document is always dark ink on light paper
    const theme = chosen();
    root.dataset.bsTheme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  }

  function set(theme) {
    root.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
    apply();
  }

  root.classList.add("has-script");
  dark.addEventListener("change", apply);
  apply();
  window.ninefoldTheme = { chosen, set };
})();
