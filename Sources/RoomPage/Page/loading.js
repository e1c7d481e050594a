// Says why the page stays bare, where its scripts are refused. This one is no module: with it browsers send no `Origin`, over which
// a server that a proxy gives another name refuses the modules.

addEventListener("error", ({ target }) => target.localName === "script" && explain(target.src), { capture: true });

async function explain(script) {
  const page = document.querySelector("#incomplete");
  if (!page || page.dataset.shown === "") return;
  page.dataset.shown = "";
  const socket = new URL(document.querySelector("meta[name=oriel-socket]").content, document.baseURI);
  // A POST has the page's `Origin` with it, as a module's request has. Apart from that it is a wrong request, and answered so.
  const refusal = (await refusalOf(script)) ?? (await refusalOf(`${socket}?EIO=4&transport=polling`, { method: "POST" }));
  const why = document.querySelector("#incomplete-why");
  if (refusal?.text) why.textContent = `The server refuses its scripts, and says: \u2068${refusal.text}\u2069`;
  else if (refusal?.status) why.textContent = `Its scripts were refused: the server, or a proxy, answered HTTP ${refusal.status}.`;
  else if (refusal) why.textContent = "Its scripts did not come: the server does not answer any more.";
}

/** Why a request is refused: `{status, text}`, the status 0 where nobody answers; null where it is not. */
async function refusalOf(url, options) {
  try {
    const response = await fetch(url, { cache: "no-store", ...options });
    if (response.ok || (response.status === 400 && options)) return null;
    return { status: response.status, text: sentence(response.headers.get("Content-Type") ?? "", await response.text()) };
  } catch {
    return { status: 0, text: "" };
  }
}

/** A sentence of the server's; a proxy's page is none. */
function sentence(type, text) {
  if (/^text\/plain\b/i.test(type)) return text.trim().slice(0, 500);
  try {
    return String(JSON.parse(text).message ?? "").slice(0, 500);
  } catch {
    return "";
  }
}
