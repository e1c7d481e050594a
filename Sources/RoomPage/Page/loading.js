// Explains why the page's scripts did not load. This script is not a module: browsers send an `Origin` with modules,
// and a server that a proxy reaches under another name refuses them for it.

addEventListener("error", ({ target }) => target.localName === "script" && explain(target.src), { capture: true });

async function explain(script) {
  const page = document.querySelector("#incomplete");
  if (!page || page.dataset.shown === "") return;
  page.dataset.shown = "";
  const socket = new URL(document.querySelector("meta[name=oriel-socket]").content, document.baseURI);
  // A POST carries the page's `Origin`, as a module's request does. It is otherwise invalid, so a server that accepts
  // the origin answers 400.
  const refusal = (await refusalOf(script)) ?? (await refusalOf(`${socket}?EIO=4&transport=polling`, { method: "POST" }));
  const why = document.querySelector("#incomplete-why");
  if (refusal?.text) why.textContent = `The server refused its scripts and says: \u2068${refusal.text}\u2069`;
  else if (refusal?.status) why.textContent = `Its scripts were refused: the server, or a proxy, answered HTTP ${refusal.status}.`;
  else if (refusal) why.textContent = "Its scripts did not load: the server no longer answers.";
}

/** Why a request is refused: `{status, text}`, with status 0 if there is no answer; null if it is not refused. */
async function refusalOf(url, options) {
  try {
    const response = await fetch(url, { cache: "no-store", ...options });
    if (response.ok || (response.status === 400 && options)) return null;
    return { status: response.status, text: sentence(response.headers.get("Content-Type") ?? "", await response.text()) };
  } catch {
    return { status: 0, text: "" };
  }
}

/** The sentence in a refusal: its plain text, or the `message` of its JSON. Empty for a proxy's HTML page. */
function sentence(type, text) {
  if (/^text\/plain\b/i.test(type)) return text.trim().slice(0, 500);
  try {
    return String(JSON.parse(text).message ?? "").slice(0, 500);
  } catch {
    return "";
  }
}
