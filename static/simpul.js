// Makes bad signal bearable; every page works without it.
//
// A form with `data-keep` is sent in the background. If sending fails, its text and
// its request key stay: in the page, and in sessionStorage in case the page is
// reloaded. With `data-keep="send"` they stay in the page alone: on a confirm screen
// an older draft must never slip in behind the figures that are shown. With
// `data-keep="lines"` slips.js keeps them, line by line as they are typed. Sending again
// is safe, because the same request key books only once.

const PREFIX = "draft ";
const SLOW = 2000;
const PATIENCE = 45000;
const SECRET = /^(csrf_token|password|present|code)$/;

const kept = (form) => PREFIX + new URL(form.action).pathname;

function keep(form) {
  if (form.dataset.keep) return;
  const fields = [...new FormData(form)].filter(([name]) => !SECRET.test(name));
  fields.push(["lang", document.documentElement.lang]);
  sessionStorage.setItem(kept(form), JSON.stringify(fields));
}

function restore(form) {
  const draft = sessionStorage.getItem(kept(form));
  if (!draft) return;
  const fields = JSON.parse(draft);
  // `1.500` is another figure in another language: the amount is then typed anew.
  const isOwn = fields.some(([name, value]) => name === "lang" && value === document.documentElement.lang);
  for (const [name, value] of fields) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field && (isOwn || name !== "amount")) field.value = value;
  }
  warn(form);
}

function forgetDrafts() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}

function tell(form, what) {
  form.querySelector("[data-told]")?.remove();
  const notice = document.getElementById(what).content.firstElementChild.cloneNode(true);
  notice.dataset.told = "";
  form.prepend(notice);
  notice.focus();
}

const warn = (form) => tell(form, "unsent");

// The page that is shown, whatever place on it one has jumped to.
const here = () => location.pathname + location.search;
let shown = here();

// What a page needs besides what is here: a parsed script never runs, a new one does.
function fetchPart(part) {
  const where = part.src ? "src" : "href";
  const known = [...document.head.querySelectorAll(part.localName)];
  if (known.some((one) => one[where] === part[where])) return;
  const fresh = document.createElement(part.localName);
  for (const { name, value } of part.attributes) fresh.setAttribute(name, value);
  document.head.append(fresh);
}

// Puts the answer in place of the page, as the browser would have done.
function show(html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  history.pushState({}, "", address);
  shown = here();
  document.title = page.title;
  for (const part of page.head.querySelectorAll("link[rel=stylesheet], script[src]")) fetchPart(part);
  document.body.replaceWith(document.adoptNode(page.body));
  (document.getElementById("problem") ?? document.getElementById("main"))?.focus();
  window.scrollTo(0, 0);
  begin();
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  keep(form);
  let answer, html;
  const patient = setTimeout(tell, SLOW, form, "sending");
  try {
    // A weak signal can keep a phone waiting for minutes. Sent again, it is booked once.
    const signal = AbortSignal.timeout?.(PATIENCE);
    answer = await fetch(form.action, { method: "POST", body, signal, headers: { Accept: "text/html" } });
    html = await answer.text();
  } catch {
    warn(form);
    return;
  } finally {
    clearTimeout(patient);
  }
  // A portal that failed has recorded nothing: the draft waits for the next try.
  if (answer.ok || answer.status === 409 || answer.status === 422) {
    sessionStorage.removeItem(kept(form));
  }
  show(html, answer.url);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.ariaBusy === "true") {
    event.preventDefault(); // the second tap of a double tap
    return;
  }
  form.ariaBusy = "true";
  if (!("keep" in form.dataset)) return;
  event.preventDefault();
  await send(form, event.submitter);
  form.ariaBusy = null;
});

// Coming back with the browser's own button finds the form ready again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) form.ariaBusy = null;
});
// A jump within the page is no other page: loaded anew it would fold what the jump unfolds.
window.addEventListener("popstate", () => {
  if (here() !== shown) location.reload();
});

// An open menu closes when one turns elsewhere.
function closeMenus(besides) {
  for (const menu of document.querySelectorAll(".switch[open]")) {
    if (!menu.contains(besides)) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(null);
});

// Shares an address by the phone's own means, or copies it where there are none.
function offerToShare(place) {
  if (!navigator.share && !navigator.clipboard) return;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    const told = place.querySelector("[data-shared]");
    try {
      if (navigator.share) {
        await navigator.share({ title: place.dataset.shareTitle, url: place.dataset.share });
      } else {
        await navigator.clipboard.writeText(place.dataset.share);
        told.textContent = told.dataset.shared;
      }
    } catch {
      // Whoever closes the phone's sheet shares nothing, and knows it.
    }
  });
}

// Lets people look at the password they type: on a small keyboard many mistype it.
function offerToReveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    field.focus();
  });
  field.form.addEventListener("submit", () => { field.type = "password"; });
}

// What stands there for those without scripts reads otherwise in a page that is only parsed.
function mainWithScripts(page) {
  const main = page.getElementById("main");
  for (const one of main.querySelectorAll("noscript")) one.remove();
  return main;
}

// A page that waits for due work looks again, and moves nobody while nothing has changed.
async function lookAgain(place) {
  if (!place.isConnected) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [now, fresh] = [document, page].map(mainWithScripts);
    if (answer.ok && place.isConnected && now.textContent !== fresh.textContent) {
      const isFocused = now.contains(document.activeElement);
      now.replaceChildren(...fresh.childNodes);
      if (isFocused) now.focus();
    }
  } catch {
    // No signal now: the next look may find it.
  }
  const next = document.querySelector("[data-again]");
  if (next) setTimeout(lookAgain, 5000, next);
}

function begin() {
  const waits = document.querySelector("[data-again]");
  if (waits) setTimeout(lookAgain, 5000, waits);
  for (const button of document.querySelectorAll("[data-reveal]")) offerToReveal(button);
  for (const place of document.querySelectorAll("[data-share]")) offerToShare(place);
  if ("signedOut" in document.body.dataset) forgetDrafts();
  for (const form of document.querySelectorAll('form[data-keep=""]')) restore(form);
  document.dispatchEvent(new Event("simpul:shown"));
}

begin();
