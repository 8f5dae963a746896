// Suggestions below the search box: arrow keys choose, Enter opens, Escape closes. Without this the form is sent.
(() => {
  "use strict";

  const box = document.getElementById("search-box");
  const list = document.getElementById("suggestions");
  if (!box || !list) return;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option) {
      box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  function show(isOpen) {
    list.classList.toggle("is-open", isOpen);
    box.setAttribute("aria-expanded", String(isOpen && options().length > 0));
    if (!isOpen) choose(null);
  }

  function step(by) {
    const all = options();
    if (!all.length) return;
    show(true);
    const place = all.indexOf(chosen()) + by;
    choose(place < 0 ? (by < 0 && chosen() ? null : all[all.length - 1]) : (all[place] ?? null));
  }

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Escape" && list.classList.contains("is-open")) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list) show(document.activeElement === box && list.children.length > 0);
  });
  box.addEventListener("focus", () => show(list.children.length > 0 && box.value.trim().length > 1));
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest(".search")) show(false);
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".search")) show(false);
  });
})();
