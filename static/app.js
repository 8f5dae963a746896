// What pages do beyond links and forms. Everything works without this file; it makes it quicker.
(() => {
  "use strict";

  const root = document.documentElement;
  const words = (name) => document.querySelector(`meta[name="words-${name}"]`)?.content ?? "";
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  // ------------------------------------------------------------------ short messages
  function toast(text, kind = "info") {
    const box = document.getElementById("toasts");
    if (!box || !text) return;
    const note = document.createElement("div");
    note.className = `toast-note toast-${kind}`;
    note.textContent = text;
    box.replaceChildren(note);
    window.setTimeout(() => note.remove(), kind === "error" ? 8000 : 2500);
  }

  // ------------------------------------------------------------------ htmx
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:responseError", () => toast(words("failed"), "error"));
  document.addEventListener("htmx:sendError", () => toast(words("offline"), "error"));
  document.addEventListener("htmx:timeout", () => toast(words("offline"), "error"));

  // After a swap the focus goes to the first problem, or to what the fragment marks.
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!(part instanceof Element)) return;
    const target = part.querySelector("[aria-invalid=true]") ?? part.querySelector("[data-focus]");
    target?.focus({ preventScroll: false });
  });

  // ------------------------------------------------------------------ rows: j, k, Enter, e
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  const current = () => document.querySelector("[data-row].is-current");

  function moveTo(row) {
    if (!row) return;
    current()?.classList.remove("is-current");
    row.classList.add("is-current");
    const target = row.querySelector("[data-row-link]") ?? row;
    if (target === row) row.tabIndex = -1;
    target.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = rows();
    const from = all.indexOf(current());
    moveTo(all[from < 0 ? 0 : Math.min(all.length - 1, Math.max(0, from + by))]);
  }

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || row.classList.contains("is-current")) return;
    current()?.classList.remove("is-current");
    row.classList.add("is-current");
  });

  // ------------------------------------------------------------------ keyboard
  const places = { t: "today", a: "accounts", j: "journey", s: "surveys", r: "reviews", i: "insights" };
  let waitsForPlace = false;

  const keys = {
    "/": () => document.getElementById("search-box")?.select(),
    "?": () => document.getElementById("help")?.showModal(),
    j: () => step(1),
    k: () => step(-1),
    e: () => current()?.querySelector("[data-row-ack]")?.click(),
    x: () => current()?.querySelector("[data-row-pick]")?.click(),
    Enter: () => current()?.querySelector("[data-row-link]")?.click(),
    g: () => {
      waitsForPlace = true;
      window.setTimeout(() => (waitsForPlace = false), 1200);
    },
  };

  function onEscape(target) {
    const menu = target.closest("details.menu[open], details.confirm[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (isTyping(target)) {
      target.blur();
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return onEscape(event.target);
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (waitsForPlace && event.key in places) {
      waitsForPlace = false;
      event.preventDefault();
      document.querySelector(`[data-place="${places[event.key]}"]`)?.click();
      return;
    }
    if (event.key === "Enter" && event.target !== document.body && !event.target.matches("[data-row]")) return;
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  // ------------------------------------------------------------------ clicks: menus, dialogs, copying, theme
  async function copy(button) {
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    const text = source ? source.textContent.trim() : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (!source) return;
      window.getSelection().selectAllChildren(source);
      document.execCommand("copy");
    }
    toast(words("copied"));
  }

  function showTheme() {
    const chosen = window.ninefoldTheme?.chosen();
    document.querySelectorAll("[data-theme-set]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen));
    });
  }

  function setTheme(theme) {
    window.ninefoldTheme?.set(theme);
    showTheme();
  }

  function fill(button) {
    for (const [selector, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      const field = document.querySelector(selector);
      if (field) field.value = value;
    }
  }

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.dialogOpen) document.getElementById(button.dataset.dialogOpen)?.showModal();
    if (button.dataset.copy !== undefined || button.dataset.copyFrom) copy(button);
    if (button.dataset.themeSet) setTheme(button.dataset.themeSet);
    if (button.dataset.fill) fill(button);
    if (button.dataset.print !== undefined) window.print();
  });

  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement) event.target.close(); // a click on the backdrop
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("select[name=theme]")) setTheme(field.value);
    if (field.matches("[data-auto-submit], [data-auto-submit] *")) field.form?.requestSubmit();
  });

  // ------------------------------------------------------------------ numbers that have to add up
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-adds-up]")) return;
    const form = event.target.form;
    const total = [...form.querySelectorAll("[data-adds-up]")].reduce((sum, field) => sum + (Number(field.value) || 0), 0);
    const shown = form.querySelector("output[data-total]");
    shown.textContent = String(total);
    shown.classList.toggle("is-off", total !== Number(shown.dataset.total));
  });

  // ------------------------------------------------------------------ rows to pick
  function showPicked() {
    const all = [...document.querySelectorAll("[data-row-pick]")];
    const count = all.filter((box) => box.checked).length;
    document.querySelectorAll("[data-picked]").forEach((note) => (note.textContent = count ? String(count) : ""));
    const every = document.querySelector("[data-pick-all]");
    if (every) {
      every.checked = count > 0 && count === all.length;
      every.indeterminate = count > 0 && count < all.length;
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      document.querySelectorAll("[data-row-pick]").forEach((box) => (box.checked = event.target.checked));
    }
    if (event.target.matches("[data-pick-all], [data-row-pick]")) showPicked();
  });

  // One request a form: a second click on "Save" must not send it twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    window.setTimeout(() => release(form), 8000); // a download leaves us on the page
  });
  function release(form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach(release);
    showPicked();
  });

  root.classList.add("is-ready");
  document.addEventListener("DOMContentLoaded", showTheme);
  showTheme();
})();
