// Market day: looks at each line while it is typed, adds lines as they are needed, and
// keeps what was typed: on the portal for all coordinators, and in this tab, also without
// signal, until it is booked. The page works without it.
//
// The draft lies under the name that simpul.js gives it, so that sending and signing out
// take it away. Listens at the document, because simpul.js puts answers in place of the body.

const PREFIX = "draft ";
const WAIT = 500;
const PATIENCE = 20000;
const PLACE = /-(\d+)(?=$|-error$|-name$)/;

const grid = () => document.querySelector("form[data-slips]");
const linesOf = (form) => [...form.querySelectorAll("[data-lines] > .slip")];
const kept = (form) => PREFIX + new URL(form.action).pathname;
const typedIn = (line) => [...line.querySelectorAll("input:not([type=hidden])")]
  .some((field) => field.value.trim() && !field.name.startsWith("book-"));

let waiting, asking, isBehind, isSaved;

function keep(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  fields.push(["lang", document.documentElement.lang], ["saved", isSaved ? "1" : ""]);
  if (linesOf(form).some(typedIn)) sessionStorage.setItem(kept(form), JSON.stringify(fields));
  else sessionStorage.removeItem(kept(form));
}

function restore(form) {
  const draft = sessionStorage.getItem(kept(form));
  if (!draft) return;
  const fields = JSON.parse(draft);
  if (isElsewhere(form, Object.fromEntries(fields))) return;
  const last = Math.max(...fields.map(([name]) => Number(PLACE.exec(name)?.[1] ?? 0)));
  const most = Math.min(last, Number(form.dataset.most));
  while (linesOf(form).length < most) addLine(form);
  // `1.500` is another figure in another language: amounts are then typed anew.
  const isOwn = fields.some(([name, value]) => name === "lang" && value === document.documentElement.lang);
  for (const [name, value] of fields) {
    const field = form.elements.namedItem(name);
    if (field && (isOwn || !name.startsWith("amount-"))) field.value = value;
  }
  form.querySelector("[data-back]").hidden = false;
}

// Whether the portal has this draft, perhaps with what another typed since: then its page is
// the newer, and also reads the amounts of another language. One of another stack waits.
function isElsewhere(form, draft) {
  const isThere = Number(draft.version) > 0
    && (draft.saved || draft.lang !== document.documentElement.lang);
  if (document.querySelector("[data-stack]")) {
    if (draft.request_key !== form.elements.request_key.value) return true;
    if (isThere) sessionStorage.removeItem(kept(form));
    return isThere;
  }
  const stack = document.querySelector(`[data-batch="${CSS.escape(draft.request_key)}"] a`);
  if (!isThere || !(stack || draft.saved)) return false;
  if (stack) goOn(form, stack.href);
  else seek(form, draft.request_key);
  return true;
}

function goOn(form, stack) {
  sessionStorage.removeItem(kept(form));
  location.replace(stack);
}

// A page that was made while the stack was being saved does not list it yet, nor one that
// was made after it was booked elsewhere: the portal knows which, and without signal it waits.
async function seek(form, batch) {
  const stack = `${form.action}/stacks/${batch}`;
  const answer = await fetch(stack, { method: "HEAD" }).catch(() => null);
  if (!answer || linesOf(form).some(typedIn)) return;
  if (answer.ok) goOn(form, stack);
  else if (answer.status === 404) sessionStorage.removeItem(kept(form));
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
}

function addLine(form) {
  const lines = linesOf(form);
  const place = lines.length + 1;
  if (place > Number(form.dataset.most)) return;
  const line = lines.at(-1).cloneNode(true);
  const legend = line.querySelector("legend");
  legend.textContent = legend.textContent.replace(/\d+/, place);
  for (const part of line.querySelectorAll("[id], [name], [for]")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      if (!part.hasAttribute(name)) continue;
      const words = part.getAttribute(name).split(" ");
      part.setAttribute(name, words.map((one) => one.replace(/-\d+/, `-${place}`)).join(" "));
    }
    if ("value" in part) part.value = part.type === "hidden" ? newKey() : "";
  }
  lines.at(-1).after(line);
  say(line, place, { errors: {} });
}

// An empty book is that of the line above: it shows as what it will be read as.
function carryBooks(form) {
  let book = "";
  for (const field of form.querySelectorAll("[name^=book-]")) {
    field.placeholder = book;
    book = field.value.trim() || book;
  }
}

function grow(form) {
  if (typedIn(linesOf(form).at(-1))) addLine(form);
}

function put(element, text) {
  if (!element) return;
  element.textContent = text ?? "";
  element.hidden = !text;
}

function say(line, place, found) {
  for (const field of line.querySelectorAll("input:not([type=hidden])")) {
    const name = field.name.split("-")[0];
    put(document.getElementById(`${field.id}-error`), found.errors[name]);
    put(document.getElementById(`${field.id}-name`), found[name]);
    if (found.errors[name]) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  put(document.getElementById(`line-${place}-error`), found.errors[""] ?? found.errors.key);
  line.classList.toggle("slip-wrong", Object.keys(found.errors).length > 0);
}

function tell(form, text) {
  const told = form.querySelector("[data-told]");
  if (told.textContent !== text) told.textContent = text;
}

// The version that the portal has: the next saving says that it comes after it.
function note(form, stack) {
  for (const field of document.querySelectorAll("[name=version]")) field.value = stack.version;
  put(form.querySelector("[data-moved-told]"), stack.refused);
  form.querySelector("[data-moved]").hidden = !stack.refused;
  form.querySelector("[data-moved] button").type = stack.refused ? "submit" : "button";
  form.querySelector("[data-kept]").textContent = stack.told;
  isSaved = stack.told && !waiting && !isBehind;
  keep(form);
}

async function ask(form, signal, keepalive) {
  const body = new URLSearchParams(new FormData(form));
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.dataset.check, { method: "POST", body, headers, signal, keepalive });
  return answer.ok ? answer.json() : null;
}

// One at a time: of two that are under way the older could arrive last.
async function check(form, keepalive = false) {
  clearTimeout(waiting);
  waiting = null;
  if (asking) {
    isBehind = true;
    return;
  }
  const own = asking = new AbortController();
  isBehind = false;
  const ended = setTimeout(() => own.abort("late"), PATIENCE);
  try {
    const found = await ask(form, own.signal, keepalive);
    if (found && form.isConnected && !own.signal.aborted) show(form, found);
  } catch {
    if (own.signal.reason !== "sent") tell(form, form.dataset.offline);
    isBehind = false;
  }
  clearTimeout(ended);
  if (asking === own) asking = null;
  if (isBehind && form.isConnected) check(form);
}

function show(form, found) {
  linesOf(form).forEach((line, index) => {
    say(line, index + 1, found.lines[index + 1] ?? { errors: {} });
  });
  tell(form, found.stack.refused ? `${found.told} ${form.dataset.unsaved}` : found.told);
  note(form, found.stack);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form || form !== grid()) return;
  isSaved = false;
  keep(form);
  grow(form);
  carryBooks(form);
  if (/^(from|to)-/.test(event.target.name)) {
    put(document.getElementById(`${event.target.id}-name`), nameOf(event.target.value));
  }
  clearTimeout(waiting);
  waiting = setTimeout(() => check(form), WAIT);
});

// The name behind a number, from the list that is on the page: also without signal.
function nameOf(text) {
  const number = Number(/^[a-z]*0*(\d+)$/i.exec(text.trim().split(" ")[0])?.[1]);
  for (const { value } of number ? document.querySelectorAll("#cells option") : []) {
    const [shown, ...name] = value.split(" ");
    if (Number(shown.replace(/^\D+/, "")) === number) return name.join(" ");
  }
  return "";
}

// Enter goes on to the next field: sending a half-typed stack by mistake helps nobody.
document.addEventListener("keydown", (event) => {
  const form = event.target.form;
  if (event.key !== "Enter" || !form || form !== grid() || event.target.localName !== "input") return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input:not([type=hidden])")];
  fields[fields.indexOf(event.target) + 1]?.focus();
});

document.addEventListener("submit", (event) => {
  clearTimeout(waiting);
  waiting = null;
  asking?.abort("sent");
  asking = null;
  if ("drop" in event.target.dataset) sessionStorage.removeItem(kept(grid()));
});

// A phone that is put away says what was typed last.
document.addEventListener("visibilitychange", () => {
  const form = grid();
  if (form && document.hidden && waiting) check(form, true);
});

window.addEventListener("online", () => {
  const form = grid();
  if (form) check(form);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  if (event.target.closest("[data-leave]")) sessionStorage.removeItem(kept(grid()));
  if (!event.target.closest("[data-anew]")) return;
  sessionStorage.removeItem(kept(grid()));
  location.assign(grid().action);
});

// What came back from the portal is newer than any draft, and is kept in its place.
function begin() {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  const form = grid();
  if (!form || "begun" in form.dataset) return;
  form.dataset.begun = "";
  isSaved = false;
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;
  if ("returned" in form.dataset) {
    keep(form);
    return;
  }
  restore(form);
  for (const other of document.querySelectorAll("[data-batch]")) {
    other.hidden = other.dataset.batch === form.elements.request_key.value;
  }
  const stacks = document.querySelector("[data-stacks]");
  if (stacks) stacks.hidden = !stacks.querySelector("[data-batch]:not([hidden])");
  grow(form);
  carryBooks(form);
  if (linesOf(form).some(typedIn)) check(form);
}

document.addEventListener("simpul:shown", begin);
begin();
