// Without this script the page works; with it, an answer takes no page load. Nothing is kept.
(function () {
  "use strict";
  var root = document.documentElement;
  if (!window.fetch || !window.AbortController || !window.SubmitEvent || !("submitter" in SubmitEvent.prototype)) return;
  var status = document.getElementById("status");
  var busy = false;
  var escapes = 0;
  root.classList.add("scripts");

  function page() {
    return document.getElementById("page");
  }

  function say(words) {
    status.textContent = words;
  }

  function hide() {
    var away = document.getElementById("hide").href;
    page().hidden = true;
    document.title = "…";
    location.replace(away);
  }

  function show(html) {
    var next = new DOMParser().parseFromString(html, "text/html").getElementById("page");
    if (!next) throw new Error("no page");
    page().replaceWith(next);
    root.lang = next.lang;
    root.dir = next.dir;
    say("");
    var now = document.getElementById("now");
    now.focus({ preventScroll: true });
    (document.getElementById("last") || now).scrollIntoView();
  }

  function send(form, pressed) {
    var fields = new URLSearchParams(new FormData(form));
    if (pressed && pressed.name) fields.append(pressed.name, pressed.value);
    var limit = new AbortController();
    var slow = setTimeout(function () { say(status.dataset.waiting); }, 400);
    var dead = setTimeout(function () { limit.abort(); }, 30000);
    busy = true;
    page().setAttribute("aria-busy", "true");
    fetch("/", { method: "POST", body: fields, headers: { "X-Part": "1" }, signal: limit.signal })
      .then(function (answer) { return answer.text(); })
      .then(function (html) { clearTimeout(slow); show(html); })
      .catch(function () { say(status.dataset.offline); })
      .then(function () {
        clearTimeout(slow);
        clearTimeout(dead);
        busy = false;
        page().removeAttribute("aria-busy");
      });
  }

  document.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!busy) send(event.target, event.submitter);
  });

  document.addEventListener("click", function (event) {
    var target = event.target.closest("#hide, #print");
    if (!target) return;
    event.preventDefault();
    if (target.id === "hide") hide();
    else window.print();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    escapes += 1;
    if (escapes === 2) hide();
    setTimeout(function () { escapes = 0; }, 1000);
  });

  // A page that the browser kept in memory may be somebody else's by now.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });
})();
